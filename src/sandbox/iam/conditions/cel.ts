import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import { invalid, notImplemented } from '../../wire/errors.ts';
import { extract } from './extract.ts';

/**
 * The part of CEL that conditions may use: comparisons, logic, times and texts. What could take
 * long (regular expressions, loops over lists) is not a part of it, and what remains is done in
 * as many steps as the expression has words.
 *
 * https://docs.cloud.google.com/iam/docs/conditions-attribute-reference
 */
const environment = new Environment({
  limits: {
    maxAstNodes: 400,
    maxDepth: 40,
    maxListElements: 100,
    maxMapEntries: 1,
    maxCallArguments: 4,
  },
})
  .registerVariable('resource', { schema: { name: 'string', type: 'string', service: 'string' } })
  .registerVariable('request', { schema: { time: 'google.protobuf.Timestamp' } })
  .registerFunction('string.extract(string): string', extract);

type Program = (context: object) => unknown;

/** What was compiled lately; conditions are few, and asked about with every request. */
const programs = new Map<string, Program>();
const MAX_PROGRAMS = 500;

/** True where the expression is true of a resource at a time. */
export function isTrue(
  expression: string,
  { name, type }: { readonly name: string; readonly type: string },
  time: number,
): boolean {
  try {
    const resource = { name, type, service: type.split('/')[0] ?? '' };
    const context = { resource, request: { time: new Date(time) } };
    return programOf(expression)(context) === true;
  } catch {
    return false;
  }
}

function programOf(expression: string): Program {
  const found = programs.get(expression);
  if (found) return found;
  if (programs.size >= MAX_PROGRAMS) programs.clear();
  const program = environment.parse(expression);
  programs.set(expression, program);
  return program;
}

/** https://docs.cloud.google.com/iam/quotas#limits */
const MAX_LOGICAL_OPERATORS = 12;
const MAX_LENGTH = 2048;

/** Refuses what is no condition. */
export function checkExpression(expression: string): void {
  if (expression.length > MAX_LENGTH) {
    throw broken(`it is longer than ${MAX_LENGTH} characters.`);
  }
  const ast = parsed(expression);
  const nodes = [...nodesOf(ast)];
  for (const node of nodes) checkNode(node, expression);
  const result = environment.check(expression);
  if (!result.valid) throw broken(summaryOf(result.error));
  if (result.type !== 'bool') {
    throw broken(`it is of the type ${result.type}, and has to be true or false (bool).`);
  }
  const logical = nodes.filter(({ op }) => LOGICAL.has(op)).length;
  if (logical > MAX_LOGICAL_OPERATORS) {
    const most = `a condition can have at most ${MAX_LOGICAL_OPERATORS}`;
    throw broken(`it has ${logical} logical operators (&&, ||, !), and ${most}.`);
  }
}

function parsed(expression: string): ASTNode {
  try {
    return environment.parse(expression).ast;
  } catch (error) {
    throw broken(summaryOf(error));
  }
}

const broken = (why: string) => invalid(`Condition expression compilation failed: ${why}`);

/** The library's message without its drawing of the expression. */
const summaryOf = (error: unknown): string =>
  (error as { summary?: string }).summary ?? (error as Error).message;

const LOGICAL: ReadonlySet<string> = new Set(['&&', '||', '!_']);

const OPERATORS: ReadonlySet<string> = new Set([
  ...['value', 'id', '.', 'call', 'rcall', 'list', 'in', '?:', '&&', '||', '!_', '-_'],
  ...['==', '!=', '<', '<=', '>', '>=', '+', '-'],
]);

const FUNCTIONS: ReadonlySet<string> = new Set(['timestamp', 'duration', 'string', 'int', 'size']);

const METHODS: ReadonlySet<string> = new Set([
  ...['startsWith', 'endsWith', 'contains', 'extract', 'size'],
  ...['getDate', 'getDayOfMonth', 'getDayOfWeek', 'getDayOfYear', 'getFullYear', 'getHours'],
  ...['getMilliseconds', 'getMinutes', 'getMonth', 'getSeconds'],
]);

/** What Google knows of a request or a resource, and the sandbox has nothing to tell about. */
const ELSEWHERE =
  /^(?:api|origin|destination)$|^(?:matchTag|matchTagId|hasTagKey|hasTagKeyId|getAttribute)$/;

function checkNode(node: ASTNode, expression: string): void {
  switch (node.op) {
    case 'id':
      if (ELSEWHERE.test(node.args)) throw notImplemented(`conditions on ${node.args}`);
      return;
    case '.':
      checkField(node.args[0], node.args[1]);
      return;
    case 'call':
      if (!FUNCTIONS.has(node.args[0])) throw broken(`there is no function ${node.args[0]}().`);
      checkLiteral(node, node.args[1][0], expression);
      return;
    case 'rcall': {
      const [method, , given] = node.args;
      if (ELSEWHERE.test(method)) throw notImplemented(`conditions with ${method}()`);
      if (!METHODS.has(method)) throw broken(`conditions do not have ${method}().`);
      if (method.startsWith('get')) checkTimeZone(given[0]);
      return;
    }
    default:
      if (!OPERATORS.has(node.op)) throw broken(`conditions do not have ${node.op}.`);
  }
}

function checkField(owner: ASTNode, field: string): void {
  const isOfRequest = owner.op === 'id' && owner.args === 'request';
  if (!isOfRequest || !['auth', 'host', 'path'].includes(field)) return;
  throw notImplemented(`conditions on request.${field}`);
}

/** `timestamp('2026-02-30T00:00:00Z')` is of the right type, and would never hold. */
function checkLiteral(call: ASTNode, argument: ASTNode | undefined, expression: string): void {
  if (argument?.op !== 'value') return;
  try {
    environment.evaluate(expression.slice(call.start, call.end));
  } catch (error) {
    throw broken(summaryOf(error));
  }
}

function checkTimeZone(zone: ASTNode | undefined): void {
  if (zone?.op !== 'value' || typeof zone.args !== 'string') return;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone.args });
  } catch {
    throw broken(`there is no time zone '${zone.args}'.`);
  }
}

function* nodesOf(node: ASTNode): Iterable<ASTNode> {
  yield node;
  for (const child of childrenOf(node.args)) yield* nodesOf(child);
}

/** Operands stand in a node's arguments, alone or in lists. */
function childrenOf(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(childrenOf);
  return typeof args === 'object' && args !== null && 'op' in args ? [args as ASTNode] : [];
}
