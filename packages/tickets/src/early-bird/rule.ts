/** When a round of a search has trained enough to be pruned (You et al. 2020, "Drawing Early-Bird Tickets", §4). */
export interface EarlyBird {
  /** The mask has settled when its distance to each of those before is below this; 0.1 in the paper. */
  readonly threshold: number;
  /** How many masks before are looked at; 5 in the paper. (The authors' code compares with four.) */
  readonly window: number;
  /** Level of the ticket, which is trained whole; every level before it is a round that may stop. */
  readonly lastLevel: number;
}
