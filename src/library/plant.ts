import { request } from 'node:http';
import type { Seed, SeedObject } from '../library.ts';

/** A sandbox, and with what to say who asks. */
export interface Garden {
  readonly url: string;
  readonly project: string;
  readonly token: string;
}

/**
 * Makes the buckets that are not there, and uploads the objects.
 *
 * @throws Error with the sandbox's own words where it refuses a name or a content type
 */
export async function plant(garden: Garden, { buckets = {} }: Seed): Promise<void> {
  for (const [bucket, objects] of Object.entries(buckets)) {
    await makeBucket(garden, bucket);
    for (const [name, object] of Object.entries(objects))
      await upload(garden, bucket, name, object);
  }
}

async function makeBucket(garden: Garden, name: string): Promise<void> {
  const path = `/storage/v1/b?project=${garden.project}`;
  const answer = await send(garden, path, 'application/json', JSON.stringify({ name }));
  // Its own, from before: there is nobody else here to whom it could belong.
  if (answer.status !== 409) expectDone(answer, `bucket ${name}`);
}

async function upload(garden: Garden, bucket: string, name: string, object: SeedObject) {
  const { content, contentType, metadata } =
    typeof object === 'string' || ArrayBuffer.isView(object)
      ? { content: object, contentType: undefined, metadata: undefined }
      : object;
  if (typeof content !== 'string' && !ArrayBuffer.isView(content)) {
    throw new TypeError(`The content of ${bucket}/${name} is neither text nor bytes.`);
  }
  const text = typeof content === 'string';
  const type = contentType ?? (text ? 'text/plain; charset=utf-8' : 'application/octet-stream');
  const described = { name, contentType: type, ...(metadata && { metadata }) };
  // https://docs.cloud.google.com/storage/docs/uploading-objects#json-api
  const boundary = 'cloudlab-seed';
  const head = `--${boundary}\r\ncontent-type: application/json\r\n\r\n${JSON.stringify(described)}\r\n--${boundary}\r\ncontent-type: ${type}\r\n\r\n`;
  const body = Buffer.concat([
    Buffer.from(head),
    text
      ? Buffer.from(content)
      : Buffer.from(content.buffer, content.byteOffset, content.byteLength),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  const path = `/upload/storage/v1/b/${encodeURIComponent(bucket)}/o?uploadType=multipart`;
  const answer = await send(garden, path, `multipart/related; boundary=${boundary}`, body);
  expectDone(answer, `object ${bucket}/${name}`);
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

function expectDone({ status, text }: Answer, what: string): void {
  if (status >= 200 && status < 300) return;
  let said = text;
  try {
    said = (JSON.parse(text) as { error: { message: string } }).error.message;
  } catch {
    // Whatever it was is shown as it is.
  }
  throw new Error(`The sandbox did not take the ${what}: ${said} (${status})`);
}

/** Without a connection that is kept, which would keep a test's process from its end. */
function send(
  { url, token }: Garden,
  path: string,
  type: string,
  body: string | Buffer,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': type,
      'content-length': Buffer.byteLength(body),
    };
    const outgoing = request(
      `${url}${path}`,
      { method: 'POST', headers, agent: false },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => {
          text += part;
        });
        answer.on('error', reject);
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
