import { packedStream, type Stream } from './packed-stream.js';

/** Which draw of start values: the one that a trial's tickets go back to, or a new one for the control. */
export type Draw =
  | { readonly kind: 'initial' }
  | { readonly kind: 'reinit'; readonly level: number; readonly replicate: number };

/** All that start values depend on besides the network and the initialisation. */
export interface DrawOf {
  readonly seed: number;
  readonly trial: number;
  readonly draw: Draw;
}

/** The numbers of the streams `initial-values` and `reinit`. They have a file of their own because a ticket's loader needs no other. */
export const INITIAL_VALUES = 1;
export const REINIT = 4;

/** The stream of a layer's start values. @throws RangeError as `packedStream` */
export function startStream({ seed, trial, draw }: DrawOf, layer: number): Stream {
  return draw.kind === 'initial'
    ? packedStream(INITIAL_VALUES, { seed, trial, layer })
    : packedStream(REINIT, { seed, trial, layer, replicate: draw.replicate, time: draw.level });
}
