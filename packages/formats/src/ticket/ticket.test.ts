import { digestOf, UserError } from '@winnow/arithmetic';
import { availableBackends, digestParameters, initialTensors, openPredictor } from '@winnow/engine';
import { loadTicket, predictorOf, readTicket, usualLimits } from '@winnow/runtime';
import { crc32, maskLayersOf } from '@winnow/runtime/format';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutDead } from './drop-dead.js';
import { bytesOfMasks, networkOf, ticketNetwork } from './engine-ticket.js';
import { quantisers } from './pack.js';
import { mutated } from './testing/mutate.js';
import { smallHeader, smallMasks, smallNetwork, smallWeights, training } from './testing/small-ticket.js';
import { writeTicket } from './write-ticket.js';

const backends = await availableBackends();
const recipe = writeTicket(smallHeader('cd'.repeat(32)), bytesOfMasks(smallMasks()), { kind: 'recipe', training });

/** The same file with another byte, and a checksum that fits. */
function withByte(file: Uint8Array, at: number, value: number): Uint8Array {
  const changed = file.slice();
  changed[at] = value;
  new DataView(changed.buffer).setUint32(changed.length - 4, crc32(changed.subarray(0, -4)), true);
  return changed;
}

describe('a ticket', () => {
  it('of a recipe comes back whole', () => {
    const ticket = readTicket(recipe);
    expect(ticket.header).toEqual(smallHeader('cd'.repeat(32)));
    expect(ticket.training).toEqual(training);
    expect(ticket.survives).toEqual(bytesOfMasks(smallMasks()));
    expect(ticket.tensors).toBe(null);
    const { header, mask, values } = ticket.parts;
    expect(header + mask + values).toBe(recipe.length);
  });

  it.each(quantisers)('with values by $kind ($values$stepsToMean) comes back bit for bit', (quantiser) => {
    const { bytes, header, parameters, stored } = smallWeights(quantiser);
    const ticket = readTicket(bytes);
    expect(ticket.header).toEqual(header);
    expect(ticket.survives).toEqual(stored.survives);
    const grown = networkOf(ticket);
    expect(digestParameters(grown.parameters)).toBe(digestParameters(parameters));
    expect(grown.network).toEqual(smallNetwork);
  });

  it.each(['initial', 'sign'] as const)('of a supermask grows its constants from the seed (%s)', (constants) => {
    const survives = bytesOfMasks(smallMasks());
    const factors = [0.5, 0.25, Math.fround(0.3)];
    const layers = maskLayersOf(smallHeader(''));
    const expected = layers.map(({ initial }, l) =>
      initial.map((start, i) =>
        survives[l][i] === 0 ? 0 : constants === 'initial' ? start * factors[l] : Math.sign(start) * factors[l],
      ),
    );
    const parts = expected.flatMap((weights, l) => [
      weights.filter((_, i) => survives[l][i] === 1),
      new Float32Array(layers[l].outputs),
    ]);
    const bytes = writeTicket(smallHeader(digestOf(parts)), survives, { kind: 'supermask', constants, factors });
    expect(readTicket(bytes).tensors?.map(({ weights }) => weights)).toEqual(expected);
  });

  it.each(['glorot-normal', 'glorot-normal-truncated', 'glorot-uniform', 'he-normal'] as const)(
    'starts from the values that the engine draws: %s',
    (initialisation) => {
      for (const draw of [{ kind: 'initial' }, { kind: 'reinit', level: 4, replicate: 1 }] as const) {
        const start = { initialisation, seed: 9, trial: 2, draw };
        const grown = maskLayersOf({ ...smallHeader(''), start }).map(({ initial }) => initial);
        expect(grown).toEqual(initialTensors(smallNetwork, initialisation, start));
      }
    },
  );

  it('predicts with the bits of every backend', async () => {
    const { bytes, masks, parameters, header } = smallWeights({ kind: 'shared', values: 8 });
    const net = await loadTicket(bytes);
    const pictures = Uint8Array.from({ length: 36 * 20 }, (_, i) => ((i * i * 7) % 5 === 0 ? (i * 37) % 256 : 0));
    for (const backend of backends) {
      const predictor = openPredictor({
        backend,
        network: smallNetwork,
        masks,
        parameters,
        scale: header.scale,
        batch: 20,
      });
      const logits = predictor.predict(pictures).slice();
      for (let i = 0; i < 20; i++) {
        const { logits: own, label, probabilities } = net.predict(pictures.subarray(36 * i, 36 * (i + 1)));
        expect(own).toEqual(logits.slice(5 * i, 5 * (i + 1)));
        expect(own[label]).toBe(Math.max(...own));
        expect(Math.abs(probabilities.reduce((a, b) => a + b) - 1)).toBeLessThan(1e-6);
      }
      predictor.close();
    }
    expect(() => net.predict(new Uint8Array(35))).toThrow('"small" takes 36 values, not 35');
  });

  it('loses no bit of a logit with what is dead, and something is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
        const { packed, header } = smallWeights({ kind: 'float32' }, seed);
        const lit = Uint8Array.from({ length: 36 }, (_, i) => (i % 3 === 0 ? 0 : 1));
        const live = withoutDead(ticketNetwork(smallNetwork), packed, lit);
        expect(live.survives[0].filter((bit) => bit).length).toBeLessThan(
          packed.survives[0].filter((bit) => bit).length,
        );
        const picture = Uint8Array.from(lit, (isLit, i) => isLit * ((seed + i * 91) % 256));
        expect(predictorOf(header, live.tensors)(picture).logits).toEqual(
          predictorOf(header, packed.tensors)(picture).logits,
        );
      }),
      { numRuns: 50 },
    );
  });

  it('that is a recipe does not load for prediction', async () => {
    await expect(loadTicket(recipe)).rejects.toThrow('it must be trained before it predicts');
  });
});

describe('a hostile ticket', () => {
  const firstLayers = 4 + 1 + 1 + 5 + 6;
  it.each([
    ['no ticket', new Uint8Array(10), 'This is no ticket'],
    ['nothing', new Uint8Array(0), 'This is no ticket'],
    ['a future version', withByte(recipe, 4, 9), 'is of version 9'],
    ['an unknown body', withByte(recipe, 5, 9), 'a body of number 9, which this version does not know'],
    ['a wrong checksum', Uint8Array.from(recipe, (byte, i) => (i === 40 ? byte ^ 1 : byte)), 'its checksum is wrong'],
    ['a part beyond the end', withByte(recipe, 6, 0xff), 'it ends inside its'],
    ['a mask that overlaps', withByte(recipe, 8, 0x7f), 'it ends inside its'],
    ['a part that ends early', withByte(recipe, 8, 1), 'This ticket is damaged'],
    ['its end cut off', recipe.slice(0, 50), 'its checksum is wrong'],
    ['another body', withByte(recipe, 5, 1), 'This ticket is damaged'],
  ])('with %s is refused in a sentence', (_, bytes, message) => {
    expect(() => readTicket(bytes)).toThrow(UserError);
    expect(() => readTicket(bytes)).toThrow(message);
  });

  it('with huge counts is refused before memory is taken', () => {
    const huge = (width: number) => {
      const net = {
        name: 'x',
        inputs: width,
        classes: width,
        layers: [{ kind: 'dense', name: 'dense 1', inputs: width, outputs: width }],
      } as const;
      const header = {
        ...smallHeader('00'.repeat(32)),
        network: { ...net, inputs: 1, layers: [{ ...net.layers[0], inputs: 1, outputs: 1 }] },
        picture: null,
      } as const;
      const bytes = writeTicket(header, [Uint8Array.of(1)], { kind: 'recipe', training });
      return { bytes, header };
    };
    expect(() => readTicket(huge(1).bytes, { ...usualLimits, width: 0 })).toThrow(
      'more than the 0 that this reader accepts',
    );
    expect(() => readTicket(recipe, { ...usualLimits, weights: 600 })).toThrow('claims 656 weights');
    expect(() => readTicket(recipe, { ...usualLimits, layers: 4 })).toThrow('claims 5 layers');
    expect(() => readTicket(recipe, { ...usualLimits, bytes: 100 })).toThrow('more than the 100');
    expect(() => readTicket(withByte(recipe, firstLayers, 0xff))).toThrow(UserError);
  });

  it('with values that do not have its digest is refused', () => {
    const { bytes } = smallWeights({ kind: 'shared', values: 8 });
    expect(() => readTicket(withByte(bytes, bytes.length - 8, bytes[bytes.length - 8] ^ 0x40))).toThrow(
      'do not have the digest',
    );
  });

  it('of some thousand mutations gives a ticket or a sentence, nothing else', () => {
    const files = [
      recipe,
      smallWeights({ kind: 'uniform', stepsToMean: 2 }).bytes,
      smallWeights({ kind: 'float16' }).bytes,
    ];
    let refused = 0;
    for (let n = 0; n < 3000; n++) {
      try {
        readTicket(mutated(files[n % files.length], n), { bytes: 10_000, weights: 2000, width: 200, layers: 8 });
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(2000);
  });
});
