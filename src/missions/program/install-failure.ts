import { UserError } from '../../errors.ts';
import { otherLanguage, type ProgramLanguage } from './program.ts';
import type { ToolResult } from './tool.ts';
import { lastLines } from './what-failed.ts';

/** What pip, npm and what is below them say where nobody answers. */
const noNetwork =
  /NewConnectionError|ConnectTimeout|ReadTimeout|Max retries exceeded|ProxyError|Temporary failure in name resolution|Name or service not known|nodename nor servname|Could not find a version that satisfies|No matching distribution|Network is unreachable|Connection refused|getaddrinfo|\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|ENOTCACHED)\b/;

/** Makes the error of an installation that has failed: no network, or something else. */
export function installFailure(
  packages: string,
  language: ProgramLanguage,
): (result: ToolResult) => UserError {
  return ({ output, errors, timedOut }) => {
    const other = otherLanguage(language);
    const [reason = ''] = lastLines(errors.trim() === '' ? output : errors, 1);
    if (timedOut || noNetwork.test(errors + output)) {
      return new UserError('packages-unreachable', { packages, reason, other, language });
    }
    return new UserError('packages-failed', { packages, reason, other });
  };
}
