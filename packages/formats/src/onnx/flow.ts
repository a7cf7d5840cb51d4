import { type Constants, type Fail, isConstant, shownNode } from './nodes.js';
import type { OnnxGraph, OnnxNode } from './schema.js';

/** Two ways from one value to the sum of what they give. */
export interface Fork {
  readonly body: readonly OnnxNode[];
  /** None where the value itself is added. */
  readonly shortcut: readonly OnnxNode[];
  readonly sum: OnnxNode;
}

/** What follows on what: an operator, or a fork. */
export type Step = OnnxNode | Fork;

export const isFork = (step: Step): step is Fork => 'sum' in step;

/** All operators from the graph's only input on. @throws what `fail` does, if there are other ways through the graph than a chain with forks */
export function stepsOf(graph: OnnxGraph, constants: Constants, fail: Fail): readonly Step[] {
  const flows = (name: string) => name !== '' && !isConstant(graph, constants, name);
  const inputs = graph.input.filter(({ name }) => flows(name));
  if (inputs.length !== 1) fail(`it has ${inputs.length} inputs in place of 1`);
  const readers = new Map<string, OnnxNode[]>();
  for (const node of graph.node) {
    for (const name of node.input) {
      if (flows(name)) readers.set(name, [...(readers.get(name) ?? []), node]);
    }
  }
  const left = new Set(graph.node);
  const taken = (node: OnnxNode): string => {
    if (!left.delete(node)) fail(`${shownNode(node)} reads what comes after it`);
    if (node.output.length !== 1) fail(`${shownNode(node)} has ${node.output.length} outputs in place of 1`);
    return node.output[0];
  };
  const flowing = (node: OnnxNode) => node.input.filter(flows);

  /** From `node` on to the sum of two values, which is not taken. */
  const way = (
    value: string,
    node: OnnxNode,
  ): { readonly nodes: OnnxNode[]; readonly end: string; readonly sum: OnnxNode } => {
    const nodes: OnnxNode[] = [];
    let [end, next] = [value, node];
    while (flowing(next).length === 1) {
      nodes.push(next);
      end = taken(next);
      const after = readers.get(end) ?? [];
      if (after.length !== 1) fail(`${after.length} operators read what ${shownNode(next)} gave, within a shortcut`);
      next = after[0];
    }
    return { nodes, end, sum: next };
  };

  const steps: Step[] = [];
  let value = inputs[0].name;
  for (let after = readers.get(value) ?? []; after.length > 0; after = readers.get(value) ?? []) {
    if (after.length > 2) fail(`${after.length} operators read what one gave`);
    if (after.length === 1) {
      const [node] = after;
      if (flowing(node).length !== 1) fail(`${shownNode(node)} does not read what the operator before it gave alone`);
      steps.push(node);
      value = taken(node);
      continue;
    }
    const [one, other] = after.map((node) => way(value, node));
    const { sum } = one;
    if (sum !== other.sum || sum.opType !== 'Add') fail(`what ${shownNode(sum)} reads is no sum of two ways`);
    const [body, shortcut] = sum.input[0] === one.end ? [one, other] : [other, one];
    const turned = body.nodes.length === 0 || (isShortcut(body.nodes) && !isShortcut(shortcut.nodes));
    steps.push({ body: (turned ? shortcut : body).nodes, shortcut: (turned ? body : shortcut).nodes, sum });
    value = taken(sum);
  }
  for (const node of left) fail(`${shownNode(node)} does not read what the operator before it gave`);
  return steps;
}

/** Whether this may be what is added to a body: nothing, or a convolution with or without its norm. */
const isShortcut = (nodes: readonly OnnxNode[]): boolean =>
  nodes.length === 0 ||
  (nodes[0].opType === 'Conv' && nodes.slice(1).every(({ opType }) => opType === 'BatchNormalization'));
