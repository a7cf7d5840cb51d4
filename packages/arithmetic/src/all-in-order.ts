/**
 * The values of all promises, as `Promise.all` gives them; but if some fail, the error is that of the first in the list, not of
 * the first in time. So the same fault always has the same message.
 */
export async function allInOrder<T>(promises: Iterable<Promise<T>>): Promise<T[]> {
  const ended = await Promise.allSettled(promises);
  return ended.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}
