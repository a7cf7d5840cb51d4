import { UserError } from '@winnow/arithmetic';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSafetensors } from './read.js';
import { bytesTensor, float32Tensor, type Tensor, type TensorFile } from './tensor.js';
import { writeSafetensors } from './write.js';

const example: TensorFile = {
  tensors: new Map<string, Tensor>([
    ['mask', bytesTensor(Uint8Array.of(255, 1, 7))],
    ['weights', float32Tensor(Float32Array.of(1, -2.5, 0, 3, 4, 5), [2, 3])],
    ['steps', { dtype: 'I32', shape: [2], data: Int32Array.of(-1, 2 ** 31 - 1) }],
  ]),
  metadata: { seed: '1', note: 'naïve ✓' },
};

/** A file with this header and so many bytes of data. */
function fileOf(header: unknown, dataBytes = 0): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + json.length + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  return file;
}

const f32 = (shape: unknown, begin: unknown, end: unknown) => ({ dtype: 'F32', shape, data_offsets: [begin, end] });

describe('writing safetensors', () => {
  it('gives the documented bytes: header length, JSON, values in little-endian order', () => {
    const tensors = new Map([['a', float32Tensor(Float32Array.of(1))]]);
    const json = '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}  ';
    expect(json.length % 8).toBe(0);
    expect([...writeSafetensors({ tensors, metadata: {} })]).toEqual([
      ...[json.length, 0, 0, 0, 0, 0, 0, 0],
      ...new TextEncoder().encode(json),
      ...[0, 0, 0x80, 0x3f],
    ]);
  });

  it('aligns wide values, also after an odd number of bytes', () => {
    const { tensors } = readSafetensors(writeSafetensors(example), 'f');
    expect([...tensors.keys()]).toEqual(['weights', 'steps', 'mask']);
    const dataStart = 8 + Number(new DataView(writeSafetensors(example).buffer).getBigUint64(0, true));
    expect(dataStart % 8).toBe(0);
  });

  it('writes the values of a view, not of its whole buffer', () => {
    const view = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    const file = writeSafetensors({ tensors: new Map([['a', float32Tensor(view)]]), metadata: {} });
    expect(readSafetensors(file, 'f').tensors.get('a')?.data).toEqual(Float32Array.of(1, 2));
  });

  it('refuses a shape that does not fit its values, and a name that the format keeps for itself', () => {
    const write = (name: string, shape: number[]) =>
      writeSafetensors({ tensors: new Map([[name, float32Tensor(new Float32Array(6), shape)]]), metadata: {} });
    expect(() => write('a', [2, 2])).toThrow(RangeError);
    expect(() => write('a', [-2, -3])).toThrow(RangeError);
    expect(() => write('__metadata__', [6])).toThrow(RangeError);
  });
});

describe('reading safetensors', () => {
  it('gives back what was written', () => {
    const { tensors, metadata } = readSafetensors(writeSafetensors(example), 'f');
    expect(metadata).toEqual(example.metadata);
    expect(new Map([...tensors].sort())).toEqual(new Map([...example.tensors].sort()));
  });

  it('copies values out of a Buffer too, whose own slice would not', () => {
    const file = Buffer.from(writeSafetensors(example));
    const { tensors } = readSafetensors(file, 'f');
    file.fill(0);
    expect(tensors.get('weights')).toEqual(example.tensors.get('weights'));
  });

  it('gives back any tensors, bit for bit, wherever the file lies in memory', () => {
    const list = <T>(item: fc.Arbitrary<T>) => fc.array(item, { maxLength: 20 });
    const tensor = fc.oneof(
      list(fc.float({ noNaN: true })).map((values) => float32Tensor(Float32Array.from(values))),
      list(fc.nat(255)).map((values): Tensor => bytesTensor(Uint8Array.from(values), [values.length, 1])),
      list(fc.integer()).map(
        (values): Tensor => ({ dtype: 'I32', shape: [values.length], data: Int32Array.from(values) }),
      ),
    );
    const name = fc.string({ unit: 'binary' }).filter((text) => text !== '__metadata__');
    const anyFile = fc.record({
      tensors: list(fc.tuple(name, tensor)).map((entries) => new Map(entries)),
      metadata: list(fc.tuple(name, name)).map((entries) => Object.fromEntries(entries)),
    });
    fc.assert(
      fc.property(anyFile, fc.nat(7), (file, offset) => {
        const written = writeSafetensors(file);
        const moved = new Uint8Array(written.length + offset);
        moved.set(written, offset);
        const read = readSafetensors(moved.subarray(offset), 'f');
        expect(read.metadata).toEqual(file.metadata);
        expect(read.tensors.size).toBe(file.tensors.size);
        for (const [key, value] of file.tensors) expect(read.tensors.get(key)).toEqual(value);
      }),
    );
  });

  it('reads unaligned files of others: no padding, bytes before floats', () => {
    const header = { a: { dtype: 'U8', shape: [], data_offsets: [0, 1] }, b: f32([1], 1, 5) };
    const file = fileOf(header, 5);
    file.set([7, 0, 0, 0x80, 0x3f], file.length - 5);
    const { tensors } = readSafetensors(file, 'f');
    expect(tensors.get('a')).toEqual({ dtype: 'U8', shape: [], data: Uint8Array.of(7) });
    expect(tensors.get('b')).toEqual(float32Tensor(Float32Array.of(1)));
  });

  it('values are copies: nothing holds on to the file', () => {
    const file = writeSafetensors(example);
    const { tensors } = readSafetensors(file, 'f');
    file.fill(0);
    expect(tensors.get('weights')).toEqual(example.tensors.get('weights'));
  });

  it.each([
    ['an empty file', new Uint8Array(0), 'it ends after 0 bytes, before its header'],
    [
      'a header of 2⁶⁴ − 1 bytes',
      new Uint8Array(16).fill(255),
      'its header should take 18446744073709551615 bytes and 8 are there',
    ],
    [
      'a header one byte longer than the file',
      fileOf('{} ').subarray(0, 10),
      'its header should take 3 bytes and 2 are there',
    ],
    ['no JSON', fileOf('{"a":'), 'its header is not JSON'],
    ['no UTF-8', fileOf('{"a":1}').fill(0xff, 10, 11), 'its header is not JSON'],
    ['a JSON list', fileOf([]), 'its header is not a JSON object'],
    ['metadata that is no text', fileOf({ __metadata__: { a: 1 } }), 'its metadata is not text by name'],
    ['a tensor that is a number', fileOf({ a: 1 }), 'tensor "a" is not described by an object'],
    ['a half-precision tensor', fileOf({ a: { ...f32([1], 0, 2), dtype: 'F16' } }, 2), 'tensor "a" is of type "F16"'],
    ['a type of the prototype', fileOf({ a: { ...f32([1], 0, 4), dtype: 'toString' } }, 4), 'is of type "toString"'],
    ['no shape', fileOf({ a: f32(undefined, 0, 4) }, 4), 'tensor "a" has no shape'],
    ['a negative size', fileOf({ a: f32([-1, -1], 0, 4) }, 4), 'tensor "a" has no shape'],
    ['half a size', fileOf({ a: f32([0.5, 2], 0, 4) }, 4), 'tensor "a" has no shape'],
    [
      'a shape beyond counting',
      fileOf({ a: f32([2 ** 40, 2 ** 40], 0, 4) }, 4),
      'tensor "a" of shape [1099511627776,1099511627776]',
    ],
    ['sizes whose product wraps to what is there', fileOf({ a: f32([2 ** 32, 2 ** 32, 1], 0, 0) }), 'has 0 bytes'],
    [
      'more values than bytes',
      fileOf({ a: f32([1000000000], 0, 4) }, 4),
      'of shape [1000000000] and type F32 has 4 bytes',
    ],
    [
      'three offsets',
      fileOf({ a: { ...f32([1], 0, 4), data_offsets: [0, 4, 4] } }, 4),
      'tensor "a" has no pair of offsets',
    ],
    ['offsets that are text', fileOf({ a: f32([1], '0', '4') }, 4), 'tensor "a" has no pair of offsets'],
    ['a part that ends before it begins', fileOf({ a: f32([1], 4, 0) }, 4), 'should lie at bytes 4 to 0 of 4'],
    ['a part beyond the end', fileOf({ a: f32([2], 0, 8) }, 4), 'should lie at bytes 0 to 8 of 4'],
    [
      'overlapping parts',
      fileOf({ a: f32([2], 0, 8), b: f32([1], 4, 8) }, 8),
      'tensor "b" begins at byte 4 of the data where 8',
    ],
    [
      'two names for one part',
      fileOf({ a: f32([1], 0, 4), b: f32([1], 0, 4) }, 4),
      'tensor "b" begins at byte 0 of the data where 4',
    ],
    [
      'a hole',
      fileOf({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12),
      'tensor "b" begins at byte 8 of the data where 4',
    ],
    ['bytes of no tensor', fileOf({ a: f32([1], 0, 4) }, 5), 'its tensors take 4 bytes and 5 are there'],
    [
      'a name twice',
      fileOf(`{"a":${JSON.stringify(f32([1], 0, 4))},"a":${JSON.stringify(f32([1], 4, 8))}}`, 8),
      'where 0 is expected',
    ],
  ])('refuses %s', (_, file, reason) => {
    const read = () => readSafetensors(file, 'weights.safetensors');
    expect(read).toThrow(UserError);
    expect(read).toThrow('weights.safetensors is no whole safetensors file: ');
    expect(read).toThrow(reason);
    expect(read).toThrow('. Fetch it or make it again.');
  });

  it('prints nothing of a hostile name as it is', () => {
    const read = () => readSafetensors(fileOf({ [`\u001b[2J${'x'.repeat(1000)}`]: 1 }), 'f');
    expect(read).toThrow(/tensor "\\u001b\[2Jx{40,60}… is not described/);
  });

  it('a name from the prototype is a name like any other', () => {
    const tensors = new Map([['__proto__', float32Tensor(Float32Array.of(1))]]);
    const metadata = Object.fromEntries([['__proto__', 'text']]);
    const read = readSafetensors(writeSafetensors({ tensors, metadata }), 'f');
    expect([...read.tensors.keys()]).toEqual(['__proto__']);
    expect(Object.entries(read.metadata)).toEqual([['__proto__', 'text']]);
  });

  it('every shortened file is refused', () => {
    const file = writeSafetensors(example);
    for (let length = 0; length < file.length; length++) {
      expect(() => readSafetensors(file.subarray(0, length), 'f')).toThrow(UserError);
    }
  });

  it('a file with changed bytes is refused, or is another whole file', () => {
    const file = writeSafetensors(example);
    const changes = fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(changes, (list) => {
        const changed = file.slice();
        for (const [at, byte] of list) changed[at] = byte;
        let read: TensorFile;
        try {
          read = readSafetensors(changed, 'f');
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
          return;
        }
        const bytes = [...read.tensors.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
        expect(bytes).toBe(6 * 4 + 2 * 4 + 3);
        expect(readSafetensors(writeSafetensors(read), 'f')).toEqual(read);
      }),
      { numRuns: 2000 },
    );
  });
});
