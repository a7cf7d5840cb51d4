/**
 * Ways to choose masks before anything is trained.
 *
 * - `snip`: by what a weight's removal does to the loss (Lee, Ajanthan & Torr 2019).
 * - `grasp`: by what it does to the flow of gradients (Wang, Zhang & Grosse 2020).
 * - `synflow`: by the flow through its paths, without data, in a hundred rounds (Tanaka et al. 2020).
 * - `erk`: at random, small layers denser (Mocanu et al. 2018; Evci et al. 2020).
 * - `uniform`: at random, every layer equally dense.
 */
export const beforeTrainingMethods = ['snip', 'grasp', 'synflow', 'erk', 'uniform'] as const;
export type BeforeTraining = (typeof beforeTrainingMethods)[number];

export function isBeforeTraining(name: string): name is BeforeTraining {
  return beforeTrainingMethods.some((method) => method === name);
}
