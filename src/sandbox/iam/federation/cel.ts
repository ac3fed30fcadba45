import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import { extract } from '../conditions/extract.ts';

/**
 * CEL as mappings and conditions of providers use it, in a way that nobody's expression can keep
 * the sandbox busy: regular expressions are RE2's, as on GCP, and loops are not nested.
 *
 * https://docs.cloud.google.com/iam/docs/workload-identity-federation#mapping
 */
const LIMITS = {
  maxAstNodes: 1000,
  maxDepth: 50,
  maxListElements: 200,
  maxMapEntries: 200,
  maxCallArguments: 16,
};

/** To the library `google` is the namespace of protocol buffers' types: the variable is called this. */
const GOOGLE = 'mapped_google';
/** And its own `matches` is JavaScript's, which some expressions keep busy for years. */
const MATCHES = '.re2Matches';

/** Texts stay as they are; outside of them, these get the names that they have here. */
const RENAMED =
  /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|(?<![\w.])google(?=\.(?:subject|groups|display_name)\b)|\.\s*matches(?=\s*\()/g;

const renamed = (expression: string): string =>
  expression.replaceAll(RENAMED, (found) => {
    if (/^['"]/.test(found)) return found;
    return found === 'google' ? GOOGLE : MATCHES;
  });

const claims = new Environment({ limits: LIMITS, homogeneousAggregateLiterals: false })
  .registerVariable('assertion', 'map')
  .registerFunction('string.extract(string): string', extract)
  .registerFunction('string.re2Matches(string): bool', (text: string, pattern: string) =>
    RE2JS.compile(pattern).matcher(text).find(),
  );

const mapped = claims.clone().registerVariable(GOOGLE, 'map').registerVariable('attribute', 'map');

/** What an expression can be about: the claims alone, or what was made of them as well. */
export type About = 'claims' | 'attributes';

/**
 * What is wrong with an expression, in words; undefined if nothing is.
 */
export function celFault(expression: string, about: About): string | undefined {
  try {
    const { ast } = environmentOf(about).parse(renamed(expression));
    if (loopDepth(ast) > 1) return 'loops (all, exists, exists_one, filter, map) cannot be nested.';
    return isUnsafe(ast) ? 'matches() is called on a text: text.matches(pattern).' : undefined;
  } catch (error) {
    const { summary, message } = error as Error & { summary?: string };
    return summary ?? message;
  }
}

/** Evaluates an expression that has no fault. Throws where a claim is missing. */
export function evaluateCel(
  expression: string,
  { assertion, attribute, google }: Record<'assertion' | 'attribute' | 'google', object>,
  about: About,
): unknown {
  const given = about === 'claims' ? { assertion } : { assertion, attribute, [GOOGLE]: google };
  return environmentOf(about).evaluate(renamed(expression), given);
}

const environmentOf = (about: About): Environment => (about === 'claims' ? claims : mapped);

const LOOPS: readonly unknown[] = ['all', 'exists', 'exists_one', 'filter', 'map'];

function loopDepth({ op, args }: ASTNode): number {
  const own = op === 'rcall' && LOOPS.includes((args as unknown[])[0]) ? 1 : 0;
  return own + Math.max(0, ...nodesIn(args).map(loopDepth));
}

/** The library's own `matches`, however it was written. */
function isUnsafe({ op, args }: ASTNode): boolean {
  const called = (op === 'rcall' || op === 'call') && (args as unknown[])[0] === 'matches';
  return called || nodesIn(args).some(isUnsafe);
}

function nodesIn(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(nodesIn);
  return typeof args === 'object' && args !== null && 'op' in args ? [args as ASTNode] : [];
}
