import { describe, expect, it } from '@jest/globals';
import { Benchmark } from '../src/nest/index.js';

/** Compiles as it stands: the arguments and the class are those of the method. */
class CitiesService {
  size = 0;

  @Benchmark()
  count(): number {
    return 3;
  }

  @Benchmark({ inputs: [[1], [2]] })
  find(id: number, _options?: { deep: boolean }): string {
    return `City ${id}`;
  }

  @Benchmark({ inputs: [[1, 'one'], [2]], setup: (cities: CitiesService) => (cities.size = 1) })
  async rename(id: number, name?: string): Promise<string> {
    return `${id} ${name}`;
  }

  @Benchmark({ inputs: [[{ ids: [1, 2] }]] })
  list({ ids }: { ids: number[] }): number {
    return ids.length;
  }

  // @ts-expect-error: the method needs an argument
  @Benchmark()
  needsOne(id: number): number {
    return id;
  }

  // @ts-expect-error: the argument is of another type
  @Benchmark({ inputs: [['one']] })
  needsAnother(id: number): number {
    return id;
  }

  // @ts-expect-error: the method is one of another class
  @Benchmark({ setup: (date: Date) => date.getTime() })
  other(): number {
    return 1;
  }
}

const method = { value: () => 1 };

describe('@Benchmark', () => {
  it('leaves the method as it is', () => {
    const undecorated = { value: CitiesService.prototype.count };
    Benchmark()(CitiesService.prototype, 'count', undecorated);
    expect(undecorated.value).toBe(CitiesService.prototype.count);
    expect(Reflect.getMetadataKeys(undecorated.value)).not.toContain('envol:benchmark:method');
  });

  it('on what is no method of instances fails when the class is defined, naming class and member', () => {
    const refusal = (message: string) =>
      expect.objectContaining({ code: 'ENVOL_BENCHMARK_INVALID_DECORATOR', message });
    const prototype = CitiesService.prototype;
    expect(() => Benchmark()(prototype, 'size', {})).toThrow(
      refusal('@Benchmark on CitiesService.size: it is not a method'),
    );
    expect(() => Benchmark()(CitiesService, 'make', method)).toThrow(
      refusal('@Benchmark on CitiesService.make: the method is static'),
    );
    expect(() => Benchmark()(prototype, Symbol('find'), method)).toThrow(
      refusal('@Benchmark on CitiesService.Symbol(find): the name of the method is a symbol'),
    );
  });

  it('refuses an unknown option by name, and inputs that are no lists', () => {
    const wrong: object = { inptus: [[1]], inputs: [1], name: '' };
    expect(() => Benchmark(wrong)(CitiesService.prototype, 'count', method)).toThrow(
      expect.objectContaining({
        code: 'ENVOL_BENCHMARK_INVALID_OPTIONS',
        message: expect.stringMatching(
          /@Benchmark on CitiesService\.count: .*inputs\.0: .*"inptus" is not an option, did you mean "inputs"\?/,
        ),
      }),
    );
  });
});
