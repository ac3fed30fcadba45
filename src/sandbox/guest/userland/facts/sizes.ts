/** Sizes as GNU programs abbreviate them. */

const units = ['', 'K', 'M', 'G', 'T', 'P'];

/** `1.9G`, `124M`, `0`: as `ls -h`, `df -h` and `du -h` do, which round up. */
export function human(bytes: number, base = 1024): string {
  let value = bytes;
  let unit = 0;
  while (value >= base && unit < units.length - 1) {
    value /= base;
    unit++;
  }
  if (unit === 0) return String(bytes);
  const rounded = value < 10 ? Math.ceil(value * 10) / 10 : Math.ceil(value);
  if (rounded >= base) return `1.0${units[unit + 1]}`;
  return `${rounded < 10 ? rounded.toFixed(1) : Math.ceil(rounded)}${units[unit]}`;
}

/** `969Mi`, `3.8Gi`, `0B`: as `free -h` does. */
export function humanBinary(kib: number): string {
  if (kib === 0) return '0B';
  let value = kib;
  let unit = 1;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  const text = value < 10 ? value.toFixed(1) : String(Math.floor(value));
  return `${text}${units[unit]}i`;
}

/** `532 kB`, `1,669 kB`: as apt writes sizes, in units of 1000. */
export function aptSize(bytes: number): string {
  let value = bytes;
  for (const unit of ['', 'k', 'M', 'G']) {
    if (unit !== '' && value < 100) return `${value.toFixed(1)} ${unit}B`;
    if (value < 10_000) return `${grouped(Math.round(value))} ${unit}B`;
    value /= 1000;
  }
  return `${grouped(Math.round(value))} TB`;
}

function grouped(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}
