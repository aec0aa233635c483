import { ManualClock } from '@envol/common/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Injectable, Module, Param, Scope, SetMetadata, type INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { firstValueFrom, lastValueFrom, Subject, throwError, type Observable } from 'rxjs';
import { Measure, PerformanceModule, PerformanceMonitor } from '../src/index.js';
import { clockModule, performanceModule, StartedApps } from './support.js';

const clock = new ManualClock();
const cities = new Subject<string>();

@Injectable()
class CitiesService {
  @Measure()
  count(): number {
    return 3;
  }

  @Measure('cities.find')
  async find(id: number): Promise<string> {
    await clock.advance(250);
    if (id < 0) throw new Error('no such city');
    return `City ${id}`;
  }

  @Measure('cities.stream')
  stream(): Observable<string> {
    return cities;
  }

  @Measure('cities.failing')
  failing(): Observable<never> {
    return throwError(() => new Error('broken'));
  }

  @Measure('cities.broken')
  broken(): Observable<never> {
    throw new Error('broken');
  }

  countTwice(): number {
    return this.count() + this.count();
  }
}

@Injectable()
class CapitalsService extends CitiesService {
  @Measure()
  override count(): number {
    return super.count() + 1;
  }
}

@Injectable({ scope: Scope.REQUEST })
class PerRequestService {
  @Measure()
  find(id: string): string {
    return id;
  }
}

@Injectable({ scope: Scope.TRANSIENT })
class TransientService {
  @Measure()
  find(id: string): string {
    return id;
  }
}

@Injectable()
class TravelService {
  constructor(readonly places: TransientService) {}
}

@Controller('cities')
class CitiesController {
  constructor(private readonly perRequest: PerRequestService) {}

  @Measure()
  @Get('above/:id')
  @SetMetadata('mark', 'kept')
  above(@Param('id') id: string): string {
    return id;
  }

  @Get('below/:id')
  @Measure()
  async below(@Param('id') id: string): Promise<string> {
    return id;
  }

  @Get('per-request/:id')
  scoped(@Param('id') id: string): string {
    return this.perRequest.find(id);
  }
}

@Module({
  providers: [CitiesService, CapitalsService, PerRequestService, TransientService, TravelService],
  controllers: [CitiesController],
})
class FeatureModule {}

const apps = new StartedApps();
afterEach(() => apps.closeAll());

const start = () =>
  apps.start({ imports: [FeatureModule, performanceModule({ http: false, process: false }), clockModule(clock)] });

const metrics = (app: INestApplication) => app.get(PerformanceMonitor).metrics();

async function get(app: INestApplication, path: string): Promise<string> {
  return (await fetch(`${await app.getUrl()}${path}`)).text();
}

describe('@Measure', () => {
  it('measures a method under its class and name, and leaves what it returns', async () => {
    const app = await start();
    const count: number = app.get(CitiesService).count();
    expect(count).toBe(3);
    expect(metrics(app)).toMatchObject({ 'CitiesService.count': { count: 1, errors: 0 } });
  });

  it('measures a promise until it settles, under the key that it is given', async () => {
    const app = await start();
    await expect(app.get(CitiesService).find(1)).resolves.toBe('City 1');
    await expect(app.get(CitiesService).find(-1)).rejects.toThrow('no such city');
    expect(metrics(app)).toMatchObject({ 'cities.find': { count: 2, errors: 1, min: 0.25, max: 0.25 } });
  });

  it('measures an Observable from each subscription to its completion', async () => {
    const app = await start();
    const stream = app.get(CitiesService).stream();
    await clock.advance(5_000);
    const last = lastValueFrom(stream);
    await clock.advance(100);
    cities.next('Paris');
    await clock.advance(200);
    const first = firstValueFrom(stream);
    await clock.advance(50);
    cities.next('Rome');
    await expect(first).resolves.toBe('Rome');
    expect(metrics(app)).toMatchObject({ 'cities.stream': { count: 1, errors: 0, max: 0.05 } });
    cities.complete();
    await expect(last).resolves.toBe('Rome');
    expect(metrics(app)).toMatchObject({ 'cities.stream': { count: 2, errors: 0, max: 0.35 } });
  });

  it('measures an Observable that fails, and a method that throws instead of returning one', async () => {
    const app = await start();
    await expect(lastValueFrom(app.get(CitiesService).failing())).rejects.toThrow('broken');
    expect(() => app.get(CitiesService).broken()).toThrow('broken');
    expect(metrics(app)).toMatchObject({
      'cities.failing': { count: 1, errors: 1 },
      'cities.broken': { count: 1, errors: 1 },
    });
  });

  it('measures a call from within the class', async () => {
    const app = await start();
    expect(app.get(CitiesService).countTwice()).toBe(6);
    expect(metrics(app)).toMatchObject({ 'CitiesService.count': { count: 2 } });
  });

  it('measures in a subclass what is inherited, what overrides, and what that calls', async () => {
    const app = await start();
    expect(app.get(CapitalsService).count()).toBe(4);
    await app.get(CapitalsService).find(1);
    expect(metrics(app)).toMatchObject({
      'CapitalsService.count': { count: 1 },
      'CitiesService.count': { count: 1 },
      'cities.find': { count: 1 },
    });
  });

  it.each(['above', 'below'])('works %s the route decorator of a controller', async (place) => {
    const app = await start();
    await expect(get(app, `/cities/${place}/5`)).resolves.toBe('5');
    expect(metrics(app)).toMatchObject({ [`CitiesController.${place}`]: { count: 1 } });
  });

  it('works in a request-scoped provider', async () => {
    const app = await start();
    await expect(get(app, '/cities/per-request/5')).resolves.toBe('5');
    expect(metrics(app)).toMatchObject({ 'PerRequestService.find': { count: 1 } });
  });

  it('works in a transient provider', async () => {
    const app = await start();
    expect(app.get(TravelService).places.find('5')).toBe('5');
    expect(metrics(app)).toMatchObject({ 'TransientService.find': { count: 1 } });
  });

  it.each([undefined, null, 5])('runs a method that is called with %s for this, and measures nothing', async (self) => {
    const app = await start();
    const { find } = app.get(TravelService).places;
    expect(Reflect.apply(find, self, ['5'])).toBe('5');
    expect(metrics(app)).toEqual({});
  });

  it('keeps two apps in one process apart', async () => {
    const [one, other] = [await start(), await start()];
    one.get(CitiesService).count();
    expect(metrics(other)).toEqual({});
  });

  it('keeps the name and the metadata of the method', () => {
    expect(CitiesController.prototype.above.name).toBe('above');
    expect(Reflect.getMetadata('mark', CitiesController.prototype.above)).toBe('kept');
  });

  it('leaves the method as it is in an instance that Nest did not build', () => {
    expect(new CitiesService().count()).toBe(3);
  });

  it('without the module fails at start, and says which module is missing', async () => {
    const started = Test.createTestingModule({ imports: [FeatureModule] }).compile();
    await expect(started).rejects.toThrow('import PerformanceModule.forRoot');
  });

  it('on an instance that Nest did not make fails at start, naming class and method', async () => {
    const providers = [{ provide: 'MADE', useFactory: () => new CitiesService() }];
    const app = (
      await Test.createTestingModule({ imports: [PerformanceModule.forRoot({})], providers }).compile()
    ).createNestApplication({ logger: false });
    await expect(app.init()).rejects.toMatchObject({
      code: 'ENVOL_PERFORMANCE_INVALID_DECORATOR',
      message: '@Measure on CitiesService.count: the instance was not made by Nest, so nothing measures it',
    });
  });

  it('with an empty key, or on what is no method, fails when the class is defined', () => {
    const refusal = expect.objectContaining({ code: 'ENVOL_PERFORMANCE_INVALID_DECORATOR' });
    expect(() => {
      class Wrong {
        @Measure('')
        find(): void {}
      }
      return Wrong;
    }).toThrow(refusal);
    expect(() => Measure()({}, 'size', {})).toThrow(refusal);
  });
});
