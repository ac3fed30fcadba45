/**
 * Whether a token that a client has dated and signed itself is valid now: it says from when
 * (`iat`) to when (`exp`), in seconds since 1970, and Google allows an hour. The clocks of two
 * machines differ a little; more than this, and the client's is wrong.
 */
export const SKEW_SECONDS = 300;
export const MAX_LIFE_SECONDS = 3600;

/**
 * What is wrong with the times of a token, in words; undefined if nothing is.
 *
 * @param time now, in milliseconds since 1970
 */
export function lifetimeFault(
  { iat, exp }: Readonly<Record<string, unknown>>,
  time: number,
): string | undefined {
  const seconds = Math.floor(time / 1000);
  if (!isTime(iat) || !isTime(exp)) return 'iat and exp must be numbers of seconds since 1970.';
  const clock = `this machine's clock says ${new Date(seconds * 1000).toISOString()}`;
  if (iat > seconds + SKEW_SECONDS) return `iat is ${ago(iat - seconds)} in the future: ${clock}.`;
  if (exp <= seconds) return `exp was ${ago(seconds - exp)} ago: ${clock}.`;
  if (exp - iat > MAX_LIFE_SECONDS) return `exp is ${ago(exp - iat)} after iat.`;
  return undefined;
}

const isTime = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 && value < 1e11;

function ago(seconds: number): string {
  return seconds < 120 ? `${Math.ceil(seconds)} seconds` : `${Math.floor(seconds / 60)} minutes`;
}
