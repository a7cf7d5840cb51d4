import { createRequire } from 'node:module';
import type { Type } from 'protobufjs';

/** A field of a message: its type, its number in onnx.proto, and whether it repeats. */
const one = (type: string, id: number) => ({ type, id });
const many = (type: string, id: number, packed = false) => ({ rule: 'repeated', type, id, options: { packed } });

/** What Winnow writes and reads of onnx.proto (IR version 8): other fields are skipped by protobuf's own rules. */
const description = {
  nested: {
    Model: {
      fields: {
        irVersion: one('int64', 1),
        producerName: one('string', 2),
        graph: one('Graph', 7),
        opsetImport: many('OperatorSet', 8),
        metadataProps: many('Entry', 14),
      },
    },
    OperatorSet: { fields: { domain: one('string', 1), version: one('int64', 2) } },
    Entry: { fields: { key: one('string', 1), value: one('string', 2) } },
    Graph: {
      fields: {
        node: many('Node', 1),
        name: one('string', 2),
        initializer: many('Tensor', 5),
        input: many('Value', 11),
        output: many('Value', 12),
        sparseInitializer: many('SparseTensor', 15),
      },
    },
    Node: {
      fields: {
        input: many('string', 1),
        output: many('string', 2),
        name: one('string', 3),
        opType: one('string', 4),
        attribute: many('Attribute', 5),
      },
    },
    Attribute: {
      fields: {
        name: one('string', 1),
        f: one('float', 2),
        i: one('int64', 3),
        s: one('bytes', 4),
        ints: many('int64', 8),
        type: one('int32', 20),
      },
    },
    Tensor: {
      fields: {
        dims: many('int64', 1),
        dataType: one('int32', 2),
        floatData: many('float', 4, true),
        int64Data: many('int64', 7, true),
        name: one('string', 8),
        rawData: one('bytes', 9),
        dataLocation: one('int32', 14),
      },
    },
    SparseTensor: { fields: { values: one('Tensor', 1), indices: one('Tensor', 2), dims: many('int64', 3) } },
    Value: { fields: { name: one('string', 1), type: one('Type', 2) } },
    Type: { fields: { tensorType: one('TensorType', 1) } },
    TensorType: { fields: { elemType: one('int32', 1), shape: one('Shape', 2) } },
    Shape: { fields: { dim: many('Dimension', 1) } },
    Dimension: { fields: { dimValue: one('int64', 1), dimParam: one('string', 2) } },
  },
};

// Most commands never see a model: the library is loaded with the first one.
let loaded: Type | null = null;

function modelType(): Type {
  if (loaded !== null) return loaded;
  const protobuf = createRequire(import.meta.url)('protobufjs/light.js') as typeof import('protobufjs');
  loaded = protobuf.Root.fromJSON(description).lookupType('Model');
  return loaded;
}

/** ONNX's numbers for types of tensors and attributes. */
export const FLOAT = 1;
export const INT64 = 7;
export const ATTRIBUTE_INT = 2;
export const ATTRIBUTE_INTS = 7;

export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly dataType: number;
  readonly floatData: readonly number[];
  readonly int64Data: readonly number[];
  readonly rawData: Uint8Array;
  readonly dataLocation: number;
}

export interface OnnxSparseTensor {
  readonly values: OnnxTensor | null;
  readonly indices: OnnxTensor | null;
  readonly dims: readonly number[];
}

export interface OnnxAttribute {
  readonly name: string;
  readonly f: number;
  readonly i: number;
  /** Text, in UTF-8; absent in what is written. */
  readonly s?: Uint8Array;
  readonly ints: readonly number[];
  readonly type: number;
}

export interface OnnxNode {
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly name: string;
  readonly opType: string;
  readonly attribute: readonly OnnxAttribute[];
}

export interface OnnxValue {
  readonly name: string;
  /** A dimension of any size has 0 here. */
  readonly type: {
    readonly tensorType: { readonly shape: { readonly dim: readonly { readonly dimValue: number }[] } | null } | null;
  } | null;
}

export interface OnnxGraph {
  readonly node: readonly OnnxNode[];
  readonly name: string;
  readonly initializer: readonly OnnxTensor[];
  readonly input: readonly OnnxValue[];
  readonly output: readonly { readonly name: string }[];
  readonly sparseInitializer: readonly OnnxSparseTensor[];
}

/** Bytes of a model, given as plain values. */
export function encodeModel(model: Readonly<Record<string, unknown>>): Uint8Array {
  const type = modelType();
  return type.encode(type.fromObject(model)).finish();
}

/** A model's graph with every field present, null if it has none. @throws Error for bytes that are no protobuf of this shape */
export function decodeGraph(bytes: Uint8Array): OnnxGraph | null {
  const options = { longs: Number, defaults: true, arrays: true };
  const type = modelType();
  const { graph } = type.toObject(type.decode(bytes), options) as { readonly graph: OnnxGraph | null };
  return graph;
}
