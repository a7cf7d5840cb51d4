import { UserError } from '@winnow/arithmetic';
import {
  availableBackends,
  convolution,
  dense,
  digestParameters,
  flatten,
  globalAveragePool,
  initialTensors,
  type LayerSpec,
  maxPool,
  network,
  openPredictor,
  relu,
} from '@winnow/engine';
import { predictorOf, readTicket, usualLimits } from '@winnow/runtime';
import { maskLayersOf } from '@winnow/runtime/format';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutDead } from './drop-dead.js';
import { bytesOfMasks, networkOf, tensorsOf, ticketNetwork } from './engine-ticket.js';
import { mutated } from './testing/mutate.js';
import { picturesFor, scalings, seeingNetwork, ticketOf } from './testing/network-tickets.js';
import { training } from './testing/small-ticket.js';
import { writeTicket } from './write-ticket.js';

const backends = await availableBackends();
const seeing = ticketOf(seeingNetwork, { picture: seeingNetwork.image, density: 0.4, channels: scalings });

/** Networks of one or two convolutions with any settings, and sometimes a pooling and a dense layer more. */
const anyNetwork = fc
  .record({
    image: fc.record({
      channels: fc.integer({ min: 1, max: 3 }),
      height: fc.integer({ min: 5, max: 9 }),
      width: fc.integer({ min: 5, max: 9 }),
    }),
    windows: fc.array(
      fc.record({
        outputs: fc.integer({ min: 1, max: 4 }),
        kernel: fc.integer({ min: 1, max: 4 }),
        stride: fc.integer({ min: 1, max: 3 }),
        padding: fc.nat(3),
        hasRelu: fc.boolean(),
        pool: fc.integer({ min: 1, max: 3 }),
      }),
      { minLength: 1, maxLength: 2 },
    ),
    hidden: fc.boolean(),
  })
  .map(({ image, windows, hidden }) => {
    const specs = windows.flatMap(({ outputs, kernel, stride, padding, hasRelu, pool }): LayerSpec[] => [
      convolution(outputs, { kernel, stride, padding: Math.min(padding, kernel - 1) }),
      ...(hasRelu ? [relu()] : []),
      ...(pool > 1 ? [maxPool(pool, pool - 1)] : []),
    ]);
    const head = hidden ? [dense(6), relu(), dense(3)] : [dense(3)];
    try {
      return network('any', image, [...specs, flatten(), ...head]);
    } catch {
      // A window was larger than its picture.
      return network('any', image, [convolution(2), relu(), flatten(), ...head]);
    }
  });

describe('a ticket of a network of pictures', () => {
  it('comes back whole, with the names, the windows and the scaling of its channels', () => {
    const ticket = readTicket(seeing.bytes);
    expect(ticket.header).toEqual(seeing.header);
    expect(ticket.survives).toEqual(seeing.survives);
    const grown = networkOf(ticket);
    expect(grown.network).toEqual(seeingNetwork);
    expect(digestParameters(grown.parameters)).toBe(digestParameters(seeing.parameters));
  });

  it('is not written for layers that tickets do not know, and says so', () => {
    const pooled = network('pooled', { channels: 1, height: 4, width: 4 }, [
      convolution(2),
      globalAveragePool(),
      flatten(),
      dense(2),
    ]);
    expect(() => ticketNetwork(pooled)).toThrow('of kind "average-pool", which tickets cannot hold');
  });

  it('of a recipe comes back whole', () => {
    const header = { ...seeing.header, digest: 'cd'.repeat(32) };
    const ticket = readTicket(writeTicket(header, seeing.survives, { kind: 'recipe', training }));
    expect([ticket.header, ticket.training, ticket.survives]).toEqual([header, training, seeing.survives]);
  });

  it.each(['glorot-normal', 'glorot-uniform', 'he-normal'] as const)(
    'starts from the values that the engine draws: %s',
    (initialisation) => {
      const start = { initialisation, seed: 9, trial: 2, draw: { kind: 'initial' } } as const;
      const grown = maskLayersOf({ ...seeing.header, start }).map(({ initial }) => initial);
      expect(grown).toEqual(initialTensors(seeingNetwork, initialisation, start));
    },
  );

  it('of any settings gives the bits of every backend', () => {
    fc.assert(
      fc.property(anyNetwork, fc.constantFrom(0.2, 0.6, 1), fc.integer({ min: 1, max: 1e6 }), (any, density, seed) => {
        const channels = seed % 2 === 0 && any.image?.channels === 2 ? scalings : undefined;
        const { header, masks, parameters, bytes } = ticketOf(any, {
          ...{ picture: any.image, density, seed, quantiser: { kind: 'float32' } },
          ...(channels && { channels }),
        });
        const ticket = readTicket(bytes);
        const predict = predictorOf(ticket.header, ticket.tensors ?? []);
        const pictures = picturesFor(any.inputs, 3);
        const own = [0, 1, 2].map((i) => predict(pictures.subarray(any.inputs * i, any.inputs * (i + 1))).logits);
        for (const backend of backends) {
          const predictor = openPredictor({
            ...{ backend, network: any, masks, parameters, scale: header.scale, batch: 3 },
            ...(channels && { channels }),
          });
          const logits = predictor.predict(pictures);
          for (const [i, row] of own.entries())
            expect(new Uint32Array(row.buffer)).toEqual(new Uint32Array(logits.slice(3 * i, 3 * i + 3).buffer));
          predictor.close();
        }
      }),
      { numRuns: 60 },
    );
  });

  it('loses no bit of a logit with channels that are dead, and there are some', () => {
    const { header } = seeing;
    const { survives, tensors } = deadened();
    const lit = new Uint8Array(seeingNetwork.inputs).fill(1, 0, seeingNetwork.inputs / 2);
    const live = withoutDead(header.network, { survives, tensors }, lit);
    const kept = (layers: readonly Uint8Array[]) => layers.map((layer) => layer.reduce((sum, bit) => sum + bit, 0));
    for (const [l, count] of kept(live.survives).entries()) {
      if (l < 3) expect(count).toBeLessThan(kept(survives)[l]);
    }
    const { channels: _, ...plain } = header;
    for (let i = 0; i < 20; i++) {
      const picture = picturesFor(seeingNetwork.inputs, 20).slice(i * lit.length, (i + 1) * lit.length);
      picture.fill(0, lit.length / 2);
      expect(predictorOf(plain, live.tensors)(picture).logits).toEqual(predictorOf(plain, tensors)(picture).logits);
    }
  });
});

/** The network with a channel of its first layer that says nothing, and one of its third that nobody reads. */
function deadened() {
  const { masks, parameters } = seeing;
  const survives = bytesOfMasks(masks).map((layer) => layer.slice());
  const tensors = tensorsOf(seeingNetwork, masks, parameters);
  const silence = (l: number, at: number): void => {
    survives[l][at] = 0;
    tensors[l].weights[at] = 0;
  };
  for (let at = 0; at < 18; at++) silence(0, at);
  tensors[0].biases[0] = -1;
  const [, , , reading] = [0, 1, 2, 3].map((l) => survives[l]);
  const width = reading.length / 9;
  const pixels = width / 7;
  for (let at = 0; at < reading.length; at++) if (Math.floor((at % width) / pixels) === 6) silence(3, at);
  return { survives, tensors };
}

describe('a hostile ticket of a network of pictures', () => {
  it.each([
    [{ weights: 1000 }, 'weights'],
    [{ layers: 5 }, 'claims 11 layers'],
    [{ width: 400 }, 'a layer of 858 values'],
  ])('beyond the limits %j is refused before memory is taken', (limits, says) => {
    expect(() => readTicket(seeing.bytes, { ...usualLimits, ...limits })).toThrow(says);
    expect(() => readTicket(seeing.bytes, { ...usualLimits, ...limits })).toThrow(UserError);
  });

  it('of some thousand mutations gives a ticket or a sentence, nothing else', () => {
    let refused = 0;
    for (let n = 0; n < 2000; n++) {
      try {
        readTicket(mutated(seeing.bytes, n), { bytes: 10_000, weights: 5000, width: 2000, layers: 16 });
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(1200);
  });
});
