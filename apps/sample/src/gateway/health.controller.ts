import { Lifecycle } from '@envol/common';
import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';

/** For load balancers and orchestrators: yes or no, without details. */
@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(private readonly lifecycle: Lifecycle) {}

  @Get('live')
  @ApiOperation({ summary: 'The process runs' })
  @ApiOkResponse()
  live(): { status: string } {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'The process should get traffic' })
  @ApiOkResponse()
  @ApiServiceUnavailableResponse({ description: 'Still warming up, or draining' })
  ready(): { status: string } {
    const { phase } = this.lifecycle;
    if (phase !== 'ready') throw new ServiceUnavailableException(phase);
    return { status: 'ok' };
  }
}
