import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SerialPort } from '../../../src/sandbox/compute/machines/serial.ts';

it('keeps the last megabyte, and every byte has its number', () => {
  const port = new SerialPort();
  port.write('first\n');
  expect(port.read(0)).toEqual({ contents: 'first\n', start: 0, next: 6 });
  expect(port.read(6)).toEqual({ contents: '', start: 6, next: 6 });
  port.write('x'.repeat(3 * 1024 * 1024));
  const { contents, start, next } = port.read(0);
  expect([contents.length, start, next]).toEqual([1024 * 1024, next - 1024 * 1024, 3145734]);
});

it('read piece by piece it is the whole', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 200 })), (texts) => {
      const port = new SerialPort();
      let read = '';
      let at = 0;
      for (const text of texts) {
        port.write(text);
        const { contents, next } = port.read(at);
        read += contents;
        at = next;
      }
      expect(read).toBe(texts.join(''));
    }),
  );
});
