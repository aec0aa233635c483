// What the processes of these tests have in common; without decorator syntax, since plain Node runs them.
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

class HelloController {
  hello() {
    return 'hello';
  }

  live() {
    return 'alive';
  }
}

function route(path, method) {
  Get(path)(HelloController.prototype, method, Object.getOwnPropertyDescriptor(HelloController.prototype, method));
}
Controller()(HelloController);
route('hello', 'hello');
route('health/live', 'live');

/** Serves `/hello` and `/health/live`, and tells the test where; ends with the test. */
export async function startApplication({ imports, providers = [] }) {
  class AppModule {
    onModuleInit() {
      process.on('disconnect', () => process.exit());
    }
  }
  Module({ imports, providers, controllers: [HelloController] })(AppModule);
  const app = await NestFactory.create(AppModule, { logger: false });
  await app.listen(0, '127.0.0.1');
  process.send({ url: await app.getUrl() });
  return app;
}
