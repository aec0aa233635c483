/** What holds memory that can be given back. */
export interface Holding {
  readonly name: string;
  readonly bytes: number;
}

/** How many bytes too much there are. */
export interface Excess {
  /** In the process as a whole. */
  readonly process: number;
  /** In the holdings of one name together, by that name. */
  readonly byName: ReadonlyMap<string, number>;
}

/**
 * Which fraction of each holding must be given back, more than 0 and at most 1; a holding that gives nothing is left
 * out. First the names that are over their own limits give what they are over. What the process then still needs comes
 * from all in proportion to what they hold, so that a bigger one gives more bytes.
 */
export function planReclaim<T extends Holding>(holdings: readonly T[], excess: Excess): Map<T, number> {
  const totals = new Map<string, number>();
  for (const { name, bytes } of holdings) totals.set(name, (totals.get(name) ?? 0) + bytes);

  const own = holdings.map(({ name }) => fractionOf(excess.byName.get(name) ?? 0, totals.get(name) ?? 0));
  const given = sum(holdings.map(({ bytes }, index) => bytes * (own[index] ?? 0)));
  const left = sum(holdings.map(({ bytes }) => bytes)) - given;
  const common = fractionOf(excess.process - given, left);

  const plan = new Map<T, number>();
  for (const [index, holding] of holdings.entries()) {
    const ownFraction = own[index] ?? 0;
    const fraction = ownFraction + common * (1 - ownFraction);
    if (fraction > 0 && holding.bytes > 0) plan.set(holding, Math.min(1, fraction));
  }
  return plan;
}

function fractionOf(part: number, whole: number): number {
  return part > 0 && whole > 0 ? Math.min(1, part / whole) : 0;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
