import { UserError } from '../errors.ts';

/**
 * The value of `--auth`.
 *
 * @throws UserError `bad-option-value`
 */
export function readAuthMode(value: unknown): 'open' | 'enforce' | undefined {
  if (value === undefined || value === 'open' || value === 'enforce') return value;
  throw new UserError('bad-option-value', {
    option: '--auth',
    value: String(value),
    expected: 'open, enforce',
  });
}
