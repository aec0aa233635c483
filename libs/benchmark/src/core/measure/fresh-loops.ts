/** What the module `loop` exports. */
export type Loops = typeof import('./loop.js');

let copies = 0;

/** Loops that have called no function yet: an own copy of the module. */
export async function freshLoops(): Promise<Loops> {
  copies += 1;
  const loops: Loops = await import(new URL(`./loop.js?copy=${copies}`, import.meta.url).href);
  return loops;
}
