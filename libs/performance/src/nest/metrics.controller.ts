import { Controller, Get, Res, VERSION_NEUTRAL } from '@nestjs/common';
import { PrometheusExporter } from '../core/prometheus-exporter.js';

/** What Express' and Fastify's responses have in common that is needed here. */
interface HeaderWriter {
  header(name: string, value: string): unknown;
}

/**
 * Serves the metrics at `/metrics`. An ordinary controller: list it under `controllers` of the module that shall have
 * it; extend it to give it another path or a guard.
 */
@Controller({ path: 'metrics', version: VERSION_NEUTRAL })
export class MetricsController {
  constructor(private readonly exporter: PrometheusExporter) {}

  @Get()
  async scrape(@Res({ passthrough: true }) response: HeaderWriter): Promise<string> {
    const text = await this.exporter.text();
    response.header('Content-Type', this.exporter.contentType);
    response.header('Cache-Control', 'no-store');
    return text;
  }
}
