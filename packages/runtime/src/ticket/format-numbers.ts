/** First bytes of every ticket: a byte that no text has, and letters. */
export const MAGIC: readonly number[] = [0x89, 0x57, 0x4e, 0x57];
export const VERSION = 1;

// The place of a name in its list is its number in the file. New names are added at the end.
export const bodyKinds = ['recipe', 'weights', 'supermask'] as const;
export const initialisations = ['glorot-normal', 'glorot-normal-truncated', 'glorot-uniform', 'he-normal'] as const;
export const layerKinds = ['dense', 'relu', 'convolution', 'max-pool', 'flatten'] as const;
export const optimizers = ['sgd', 'momentum', 'adam'] as const;
export const schedules = ['constant', 'step', 'cosine'] as const;
export const tableKinds = ['uniform', 'listed', 'float16', 'float32'] as const;
export const constantKinds = ['initial', 'sign'] as const;

/** An exponent of 10 that says: the number follows as an f64. */
export const RAW_NUMBER = -128;
