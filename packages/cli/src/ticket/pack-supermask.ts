import { UserError } from '@winnow/arithmetic';
import { channelScalings, loadDataSet, splitDataSet } from '@winnow/data';
import { backendChoiceFromEnvironment, layOut, loadBackend } from '@winnow/engine';
import { judgeOf, keptWeights, litInputs, type PackedFrom, packSupermask } from '@winnow/formats';
import { idleThreads, readSupermask } from '@winnow/lab';

/**
 * Packs a supermask from the folder of a search.
 * @param trial undefined for the one of the best validation accuracy
 * @param spec where the data is; undefined for the search's
 * @throws UserError if there is no such trial, or the data is other data than the search's
 */
export async function supermaskOf(
  path: string,
  trial: number | undefined,
  spec: string | undefined,
): Promise<{ readonly bytes: Uint8Array; readonly name: string }> {
  const found = await readSupermask(path, trial);
  const { network, masks, parameters, data, seed, split, initialisation } = found;
  if (keptWeights(masks) === 0) throw new UserError('This supermask has no weights left to pack.');
  const set = await loadDataSet(spec ?? data.source);
  if (set.digest !== data.digest)
    throw new UserError(
      `"${set.name}" is other data than the search's "${data.source}". Name the right one with --data.`,
    );
  const [channels, height, width] = set.shape;
  const scalings = channelScalings(set.scaling);
  const from: PackedFrom = {
    picture: { channels, height, width },
    scale: data.scale,
    ...(scalings && { channels: scalings }),
    data: { name: spec ?? data.source, digest: set.digest },
    start: { initialisation, seed, trial: found.trial.trial, draw: { kind: 'initial' } },
  };
  const backend = await loadBackend(backendChoiceFromEnvironment(process.env));
  const laid = layOut(set, splitDataSet(set, { seed, ...split }));
  const judge = judgeOf({ backend, threads: idleThreads(backend), network, data: laid }, set.test.count);
  const { bytes } = packSupermask(network, masks, parameters, from, found, litInputs(set), judge);
  return { bytes, name: `${network.name}-supermask` };
}
