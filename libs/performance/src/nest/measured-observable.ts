import { defer, tap, type Observable } from 'rxjs';
import type { Outcome } from '../core/duration-stats.js';

/** What is told about one subscription. */
export interface SubscriptionTimer {
  emitted?(): void;
  end(outcome: Outcome): void;
}

/**
 * The same observable, every subscription timed on its own, from when it is made until it completes, fails, or is given
 * up by the subscriber, who then had what it wanted: `ok`.
 */
export function measuredObservable<T>(source: Observable<T>, start: () => SubscriptionTimer): Observable<T> {
  return defer(() => {
    const timer = start();
    return source.pipe(
      tap({
        next: () => timer.emitted?.(),
        error: () => timer.end('error'),
        complete: () => timer.end('ok'),
        unsubscribe: () => timer.end('ok'),
      }),
    );
  });
}
