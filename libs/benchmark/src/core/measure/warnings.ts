/** What is known of a measurement that may be doubted. */
export interface Doubts {
  /** By what share the last windows of the warm-up differ; not finite when there were no two. */
  readonly drift: number;
  /** Nanoseconds of a call. */
  readonly wall: number;
  readonly returnsNothing: boolean;
  /** Calls in a batch. */
  readonly count: number;
  readonly inputs: number;
  readonly hasGc: boolean;
}

const UNSTABLE = 0.1;
/** Nanoseconds in which little can be done that is worth measuring. */
const SUSPICIOUSLY_FAST = 20;

/** What a reader of the figures has to know. The texts are the same in every fork, so that they can be counted. */
export function warningsOf({ drift, wall, returnsNothing, count, inputs, hasGc }: Doubts): string[] {
  const warnings = [
    Number.isFinite(drift) && drift > UNSTABLE && 'its time still changed after the warm-up: raise `warmUp`',
    returnsNothing &&
      wall < SUSPICIOUSLY_FAST &&
      'it returns nothing, so V8 may have left work out: return what it computes',
    count < inputs && 'a batch does not go through all of its inputs: raise `sampleTime`, or give it fewer',
    !hasGc && 'garbage could not be collected between the batches',
  ];
  return warnings.filter((warning) => typeof warning === 'string');
}
