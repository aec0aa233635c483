import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import { GatewayHealth } from './gateway-health.js';

/** For load balancers and orchestrators: yes or no, without details. */
@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(private readonly health: GatewayHealth) {}

  @Get('live')
  @ApiOperation({ summary: 'The process runs' })
  @ApiOkResponse()
  live(): { status: string } {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'The process should get traffic' })
  @ApiOkResponse()
  @ApiServiceUnavailableResponse({ description: 'Warming up, draining, or something it needs is down' })
  async ready(): Promise<{ status: string }> {
    try {
      await this.health.check();
      return { status: 'ok' };
    } catch (cause) {
      throw new ServiceUnavailableException('not ready', { cause });
    }
  }
}
