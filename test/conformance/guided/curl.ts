import { readFileSync } from 'node:fs';
import { run } from '../tools.ts';

/** What curl is asked for. */
interface Asked {
  readonly method?: string;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** A file whose bytes are sent. */
  readonly file?: string;
  /** Fields of a form. */
  readonly form?: Readonly<Record<string, string>>;
  /** Undefined sends none. */
  readonly token?: string | undefined;
}

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the API says
  readonly json: any;
}

/** curl, and nothing else, in a window that `cloudlab env` has pointed at a sandbox. */
export class Curl {
  readonly project: string;
  private readonly url: string;

  constructor(private readonly env: NodeJS.ProcessEnv) {
    this.url = String(env['CLOUDLAB_URL']);
    this.project = String(env['GOOGLE_CLOUD_PROJECT']);
  }

  /** The learner's own token. */
  get token(): string {
    return readFileSync(String(this.env['CLOUDLAB_TOKEN_FILE']), 'utf8').trim();
  }

  /** Whatever the answer is; `path` may be a whole URL. */
  async ask(path: string, { method, json, file, form, token }: Asked = {}): Promise<Answer> {
    const body =
      json !== undefined
        ? ['-H', 'content-type: application/json', '--data-binary', JSON.stringify(json)]
        : file !== undefined
          ? ['-H', 'content-type: application/octet-stream', '--data-binary', `@${file}`]
          : Object.entries(form ?? {}).flatMap(([name, value]) => [
              '--data-urlencode',
              `${name}=${value}`,
            ]);
    const args = [
      ...['-sS', '-w', '\n%{http_code}', ...body],
      ...(method === undefined ? [] : ['-X', method]),
      ...(token === undefined ? [] : ['-H', `authorization: Bearer ${token}`]),
      new URL(path, this.url).href,
    ];
    const { stdout } = await run('curl', args, { env: this.env });
    const at = stdout.lastIndexOf('\n');
    const text = stdout.slice(0, at);
    return { status: Number(stdout.slice(at + 1)), json: text === '' ? undefined : parsed(text) };
  }

  /** As `ask`, but only a success will do. */
  async get(path: string, asked: Asked = {}): Promise<Answer['json']> {
    const { status, json } = await this.ask(path, asked);
    if (status >= 300) throw new Error(`${path}: ${status} ${JSON.stringify(json)}`);
    return json;
  }

  /** A request to Compute Engine, and the end of the operation that it begins. */
  async compute(path: string, asked: Asked = {}): Promise<Answer['json']> {
    const answer = await this.get(`/compute/v1/projects/${this.project}/${path}`, asked);
    if (answer.kind !== 'compute#operation') return answer;
    const { pathname } = new URL(answer.selfLink);
    const { status, error } = await this.get(`${pathname}/wait`, { method: 'POST' });
    if (status !== 'DONE' || error !== undefined) throw new Error(JSON.stringify(error ?? status));
    return answer;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
