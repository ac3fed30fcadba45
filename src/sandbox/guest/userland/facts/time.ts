import type { Kernel } from '../../kernel/kernel.ts';

/** Clocks as programs print them. The machines run in UTC, as the images do. */

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

export function two(value: number): string {
  return String(value).padStart(2, '0');
}

export function month(time: number): string {
  return months[new Date(time).getUTCMonth()] as string;
}

export function weekday(time: number): string {
  return weekdays[new Date(time).getUTCDay()] as string;
}

/** `2026-11-21`. */
export function isoDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** `15:07:00`. */
export function clock(time: number): string {
  return new Date(time).toISOString().slice(11, 19);
}

/** `Nov 21 15:07:00`, as the journal and syslog write it. */
export function logTime(time: number): string {
  return `${month(time)} ${two(new Date(time).getUTCDate())} ${clock(time)}`;
}

/** `Sat 2026-11-21 15:07:00 UTC`, as systemd writes it. */
export function systemdTime(time: number): string {
  return `${weekday(time)} ${isoDay(time)} ${clock(time)} UTC`;
}

/** `2min 13s`, `1h 2min`, `3 days`: how systemd says how long ago something was. */
export function span(ms: number): string {
  const units: [name: string, size: number][] = [
    [' days', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1000],
  ];
  let rest = Math.max(0, ms);
  const parts: string[] = [];
  for (const [name, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(count === 1 && name === ' days' ? '1 day' : `${count}${name}`);
  }
  return parts.length === 0 ? `${Math.floor(rest)}ms` : parts.slice(0, 2).join(' ');
}

export function uptimeSeconds(kernel: Kernel): number {
  return Math.max(0, (kernel.now() - kernel.booted) / 1000);
}

/** The averages over 1, 5 and 15 minutes: what booting cost, fading, and what runs now. */
export function loadAverages(kernel: Kernel): [number, number, number] {
  const up = uptimeSeconds(kernel);
  const running = kernel.processes.all().filter((one) => one.state === 'R').length;
  const busy = Math.max(0, running - 1);
  const average = (seconds: number) =>
    0.62 * Math.exp(-up / seconds) * (60 / seconds) ** 0.4 + busy * (1 - Math.exp(-up / seconds));
  return [average(60), average(300), average(900)];
}
