/**
 * Writes LeNet-300-100 as an ONNX file, by hand: a dozen protobuf fields need no library. Field numbers are those of onnx.proto
 * (IR version 8, opset 13).
 */
import { LAYERS } from '../lenet.mjs';

const FLOAT = 1;
const ATTRIBUTE_INT = 2;

/** ONNX bytes of the network with these weights ([{ weight, bias }]): input "x" (batch, 784), output "logits" (batch, 10). */
export function lenetOnnx(layers) {
  const nodes = LAYERS.flatMap((_, index) => {
    const input = index === 0 ? 'x' : `hidden${index}`;
    const isLast = index === LAYERS.length - 1;
    const sums = isLast ? 'logits' : `sums${index + 1}`;
    const gemm = node('Gemm', [input, `weight${index + 1}`, `bias${index + 1}`], sums, [attribute('transB', 1)]);
    return isLast ? [gemm] : [gemm, node('Relu', [sums], `hidden${index + 1}`)];
  });
  const tensors = layers.flatMap(({ weight, bias }, index) => [
    tensor(`weight${index + 1}`, [LAYERS[index].outputs, LAYERS[index].inputs], weight),
    tensor(`bias${index + 1}`, [LAYERS[index].outputs], bias),
  ]);
  const graph = message([
    ...nodes.map((bytes) => field(1, bytes)),
    field(2, 'lenet-300-100'),
    ...tensors.map((bytes) => field(5, bytes)),
    field(11, valueInfo('x', LAYERS[0].inputs)),
    field(12, valueInfo('logits', LAYERS.at(-1).outputs)),
  ]);
  const opset = message([field(1, ''), field(2, 13)]);
  return message([field(1, 8), field(7, graph), field(8, opset)]);
}

const node = (type, inputs, output, attributes = []) =>
  message([
    ...inputs.map((name) => field(1, name)),
    field(2, output),
    field(4, type),
    ...attributes.map((bytes) => field(5, bytes)),
  ]);

const attribute = (name, value) => message([field(1, name), field(3, value), field(20, ATTRIBUTE_INT)]);

function tensor(name, shape, values) {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => {
    bytes.writeFloatLE(value, index * 4);
  });
  return message([...shape.map((size) => field(1, size)), field(2, FLOAT), field(8, name), field(9, bytes)]);
}

function valueInfo(name, width) {
  const shape = message([field(1, message([field(2, 'batch')])), field(1, message([field(1, width)]))]);
  return message([field(1, name), field(2, message([field(1, message([field(1, FLOAT), field(2, shape)]))]))]);
}

const message = (fields) => Buffer.concat(fields);

/** One protobuf field: a number as a varint, text or bytes with their length. */
function field(number, value) {
  if (typeof value === 'number') return Buffer.concat([varint(number << 3), varint(value)]);
  const bytes = Buffer.from(value);
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

function varint(value) {
  const bytes = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) | 128);
  }
}
