import { UserError } from '@winnow/arithmetic';

/**
 * What a reader accepts. Memory stays below about 60 bytes a weight and 2 KB an input, and so below 400 MB for the usual
 * limits, whatever a file claims.
 */
export interface TicketLimits {
  /** Bytes of a file. */
  readonly bytes: number;
  /** Weights of all layers, pruned ones included. */
  readonly weights: number;
  /** Inputs and outputs of a layer. */
  readonly width: number;
  readonly layers: number;
}

export const usualLimits: TicketLimits = { bytes: 64 * 1024 * 1024, weights: 4_500_000, width: 65_536, layers: 64 };

export const tooLarge = (what: string, most: number): UserError =>
  new UserError(
    `This ticket claims ${what}, more than the ${most} that this reader accepts. Raise its limits to trust it.`,
  );
