export { eventually } from './eventually.js';
export { ManualClock } from './manual-clock.js';
export { RecordingMetrics } from './recording-metrics.js';
export { seededRandom } from './seeded-random.js';
