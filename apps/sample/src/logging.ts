import { requestContext } from '@envol/common';
import type { LoggerOptions } from 'pino';
import type { Settings } from './settings.js';

const PRETTY = {
  target: 'pino-pretty',
  options: { singleLine: true, ignore: 'pid,hostname,context', messageFormat: '{if context}[{context}] {end}{msg}' },
};

/** The options of every logger of Atlas: JSON lines, or text for people, each with the id of the request in hand. */
export function loggerOptions(name: string, { LOG_LEVEL, LOG_PRETTY }: Settings): LoggerOptions {
  return {
    name,
    level: LOG_LEVEL,
    mixin: () => {
      const { requestId } = requestContext.current();
      return requestId === undefined ? {} : { requestId };
    },
    ...(LOG_PRETTY && { transport: PRETTY }),
  };
}
