import { expect, it } from 'vitest';
import { machine, ok } from './support.ts';

/** `curl` goes out through the network alone; its exit codes are what scripts look at. */

const metadata = 'http://metadata.google.internal/computeMetadata/v1/instance/name';

it('asks the metadata server with the header that it wants', async () => {
  const vm = await machine();
  vm.network = (request) => {
    const flavor = request.headers.find(([name]) => name === 'Metadata-Flavor')?.[1];
    return flavor === 'Google'
      ? ok('web-1', [['Metadata-Flavor', 'Google']])
      : { ...ok('no'), status: 403, statusText: 'Forbidden' };
  };
  expect(await vm.run(`curl -s -H 'Metadata-Flavor: Google' ${metadata}`)).toEqual({
    code: 0,
    stdout: 'web-1',
    stderr: '',
  });
  expect(vm.requests[0]).toMatchObject({ method: 'GET', url: metadata, from: '10.178.0.2' });
  const refused = await vm.run(`curl -sSf ${metadata}`);
  expect(refused).toEqual({
    code: 22,
    stdout: '',
    stderr: 'curl: (22) The requested URL returned error: 403\n',
  });
  expect((await vm.run(`curl -s -o /dev/null -w '%{http_code}\\n' ${metadata}`)).stdout).toBe(
    '403\n',
  );
});

it('says why a connection did not come about', async () => {
  const vm = await machine();
  const fault = async (name: 'timeout' | 'refused' | 'unresolved') => {
    vm.network = () => name;
    const { code, stderr } = await vm.run('curl -sS -m 2 http://10.178.0.9:8080/');
    return [code, stderr];
  };
  vm.network = () => 'refused';
  const written = await vm.run("curl -s -m 2 -w '%{http_code} %{exitcode}' http://10.178.0.9/");
  expect(written).toEqual({ code: 7, stdout: '000 7', stderr: '' });
  expect(await fault('unresolved')).toEqual([6, 'curl: (6) Could not resolve host: 10.178.0.9\n']);
  expect(await fault('refused')).toEqual([
    7,
    expect.stringMatching(
      /^curl: \(7\) Failed to connect to 10\.178\.0\.9 port 8080 after \d+ ms: Couldn't connect/,
    ),
  ]);
  expect(await fault('timeout')).toEqual([
    28,
    expect.stringMatching(/^curl: \(28\) Connection timed out after \d+ milli/),
  ]);
  expect(vm.requests.every((one) => one.timeoutMs === 2000)).toBe(true);
});

it('sends what it is given, follows redirects, and writes files', async () => {
  const vm = await machine();
  vm.network = (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/old')
      return { ...ok('', [['Location', '/새 주소']]), status: 302, statusText: 'Found' };
    return ok(`${request.method} ${decodeURI(pathname)} ${Buffer.from(request.body)}`);
  };
  expect((await vm.run('curl -s -X PUT -d "이름=철수" http://api/x')).stdout).toBe(
    'PUT /x 이름=철수',
  );
  expect((await vm.run('curl -sL http://api/old')).stdout).toBe('GET /새 주소 ');
  expect((await vm.run('curl -s http://api/f -o 파일 && cat 파일')).stdout).toBe('GET /f ');
  expect((await vm.run('wget -q http://api/g && cat g')).stdout).toBe('GET /g ');
});
