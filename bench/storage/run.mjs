/**
 * How fast the sandbox's Cloud Storage is, beside its peers and beside the least that a
 * server could do, side by side in one run: every number is a median of ratios.
 *
 *   npm run bench:storage                 everything
 *   npm run bench:storage -- small 5      one part, five rounds
 *
 * Peers are measured where they are installed: fake-gcs-server in the PATH, in ~/go/bin or
 * at $FAKE_GCS_SERVER; moto's moto_server in the PATH or at $MOTO_SERVER.
 */
const [only, rounds] = process.argv.slice(2);
const parts = ['small', 'large', 'million', 'crowd'];
const chosen = parts.includes(only) ? [only] : parts;
const count = Number(rounds ?? (only && !parts.includes(only) ? only : 5));

console.log(`node ${process.version}, ${process.platform} ${process.arch}`);
for (const part of chosen) {
  const module = await import(`./${part}.mjs`);
  await module[part](count);
}
