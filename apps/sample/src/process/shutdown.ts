/** Tells the launcher that this process serves now. Does nothing in a process that was started by hand. */
export function reportReady(): void {
  process.send?.('ready');
}

/**
 * Runs `close` once when this process should end: on SIGTERM, or when the launcher is gone. Ctrl-C reaches every
 * process of a terminal at once; under a launcher it is the launcher's to decide the order, so it counts only in a
 * process that was started by hand. The process ends when `close` is done, or after `deadline` milliseconds.
 */
export function onShutdown(close: () => Promise<void>, deadline: number): void {
  let closing = false;
  const shutDown = (): void => {
    if (closing) return;
    closing = true;
    setTimeout(() => process.exit(1), deadline).unref();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', shutDown);
  process.on('SIGINT', process.send === undefined ? shutDown : () => undefined);
  process.on('disconnect', shutDown);
}
