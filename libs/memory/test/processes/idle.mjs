// An application that has nothing to do: its process must end by itself.
import 'reflect-metadata';
import { MemoryModule } from '@envol/memory';
import { NestFactory } from '@nestjs/core';

await NestFactory.createApplicationContext(MemoryModule.forRoot({}), { logger: false });
console.log('started');
