import { EnvolError } from '@envol/common';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Param, type INestApplication } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { ProblemFilter } from '../src/gateway/problem.filter.js';

const INSIDE = 'tried places-10.1.2.3-4001: connect ECONNREFUSED 10.1.2.3:4001';

@Controller()
class FailingController {
  @Get(':code')
  fail(@Param('code') code: string): never {
    throw new EnvolError(`ENVOL_${code}`, INSIDE, 'Ask the people who run it.');
  }
}

let app: INestApplication | undefined;
afterEach(() => app?.close());

describe('ProblemFilter', () => {
  it.each([
    ['LOAD_BALANCER_NO_INSTANCES', 503],
    ['LOAD_BALANCER_UNAVAILABLE', 503],
    ['LOAD_BALANCER_TIMEOUT', 504],
    ['LOAD_BALANCER_UNKNOWN_OUTCOME', 504],
    ['SOMETHING_ELSE', 500],
  ])('answers ENVOL_%s with %i, and with nothing of how it looks inside', async (code, status) => {
    const module = await Test.createTestingModule({
      controllers: [FailingController],
      providers: [{ provide: APP_FILTER, useClass: ProblemFilter }],
    })
      .setLogger({ log() {}, warn() {}, error() {} })
      .compile();
    app = module.createNestApplication();
    await app.listen(0, '127.0.0.1');
    const answer = await fetch(`${await app.getUrl()}/${code}`);
    const text = await answer.text();
    expect(answer.status).toBe(status);
    expect(JSON.parse(text)).toMatchObject({ statusCode: status, message: expect.any(String) });
    expect(text).not.toContain('10.1.2.3');
  });
});
