import { expect, test } from 'vitest';
import { client, start } from './support.ts';
import { xmlClient } from './xml-support.ts';

const chosen = (...dataLocations: string[]) => ({ customPlacementConfig: { dataLocations } });

test('a bucket in two chosen regions is in both for good', async () => {
  const sandbox = await start();
  const http = client(sandbox);
  const created = await http.bucket('pair', { location: 'us', ...chosen('us-east1', 'us-west1') });
  expect(created.json).toMatchObject({
    location: 'US',
    locationType: 'dual-region',
    ...chosen('US-EAST1', 'US-WEST1'),
    rpo: 'DEFAULT',
  });
  const path = '/storage/v1/b/pair';
  expect((await http.get(`${path}/storageLayout`)).json).toMatchObject({
    locationType: 'dual-region',
    ...chosen('US-EAST1', 'US-WEST1'),
  });
  const moved = await http.patch(path, chosen('us-east1', 'us-east4'));
  expect([moved.status, moved.json.error.message]).toEqual([
    400,
    "A bucket's location cannot be changed.",
  ]);
  expect((await http.patch(path, { rpo: 'ASYNC_TURBO' })).json.rpo).toBe('ASYNC_TURBO');
  const replaced = await http.put(path, { ...created.json, labels: { a: 'b' } });
  expect(replaced.json).toMatchObject(chosen('US-EAST1', 'US-WEST1'));

  const xml = xmlClient(sandbox);
  const made = await xml.put(
    '/xml-pair',
    '<CreateBucketConfiguration><LocationConstraint>EU</LocationConstraint><CustomPlacementConfig>' +
      '<DataLocations><DataLocation>EUROPE-WEST1</DataLocation>' +
      '<DataLocation>EUROPE-WEST4</DataLocation></DataLocations>' +
      '</CustomPlacementConfig></CreateBucketConfiguration>',
  );
  expect(made.status, made.text).toBe(200);
  expect((await http.get('/storage/v1/b/xml-pair')).json).toMatchObject(
    chosen('EUROPE-WEST1', 'EUROPE-WEST4'),
  );
});

test('regions that are not a pair are refused', async () => {
  const http = client(await start());
  const refused: [string, string[], number, RegExp][] = [
    ['us', ['a', 'b'], 400, /unrecognized regions in dual-region, received: A, B$/],
    ['us', ['us-east1'], 400, /Invalid custom placement config/],
    ['us', ['us-east1', 'us-east1'], 400, /Invalid custom placement config/],
    ['us', ['us-east1', 'us-west1', 'us-west2'], 400, /Invalid custom placement config/],
    ['us', ['us-east1', 'europe-west1'], 400, /Invalid custom placement config/],
    ['us-east1', ['us-east1', 'us-west1'], 400, /Invalid custom placement config/],
    ['us-west4', ['us-west4-a'], 501, /zonal buckets/],
  ];
  for (const [location, regions, status, why] of refused) {
    const { json } = await http.bucket('nowhere', { location, ...chosen(...regions) });
    expect(json.error, regions.join()).toMatchObject({ code: status });
    expect(json.error.message).toMatch(why);
  }
  expect((await http.bucket('no-pair', { location: 'ca' })).status).toBe(400);
});
