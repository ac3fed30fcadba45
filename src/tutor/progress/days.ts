/** Days on the calendar of the learner's own time zone, as `2026-11-21`. */

export function dayOf(time: Date): string {
  const [year, month, date] = [time.getFullYear(), time.getMonth() + 1, time.getDate()];
  return [String(year).padStart(4, '0'), twoDigits(month), twoDigits(date)].join('-');
}

/** The day so many days later, or earlier where the number is negative. */
export function dayAfter(day: string, days: number): string {
  const time = new Date(`${day}T00:00:00Z`);
  time.setUTCDate(time.getUTCDate() + days);
  return time.toISOString().slice(0, 10);
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
