/**
 * A moment as Compute Engine writes it: RFC 3339 in Pacific time, whatever the zone of the
 * resource, such as `2026-11-20T16:00:00.000-08:00`.
 *
 * Daylight saving time in the United States is from the second Sunday of March to the first
 * Sunday of November, at two o'clock each (15 U.S.C. 260a).
 *
 * @param time milliseconds since 1970
 */
export function pacificTime(time: number): string {
  const hours = isDaylightSaving(time) ? 7 : 8;
  const local = new Date(time - hours * 3_600_000).toISOString();
  return `${local.slice(0, -1)}-0${hours}:00`;
}

function isDaylightSaving(time: number): boolean {
  const year = new Date(time - 8 * 3_600_000).getUTCFullYear();
  const begin = sunday(year, 2, 2) + 10 * 3_600_000;
  const end = sunday(year, 10, 1) + 9 * 3_600_000;
  return time >= begin && time < end;
}

/** Midnight UTC of the nth Sunday of a month (0 is January). */
function sunday(year: number, month: number, nth: number): number {
  const first = new Date(Date.UTC(year, month, 1)).getUTCDay();
  return Date.UTC(year, month, 1 + ((7 - first) % 7) + (nth - 1) * 7);
}
