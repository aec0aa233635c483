import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import {
  checkinSchema,
  checkinsQuerySchema,
  idParamsSchema,
  newCheckinSchema,
  type Checkin,
  type NewCheckin,
} from '../contract/schemas.js';
import { PlacesClient } from './places.client.js';

@ApiTags('check-ins')
@Controller()
export class CheckinsController {
  constructor(private readonly places: PlacesClient) {}

  @Post('checkins')
  @ApiOperation({ summary: 'Say that a user is in a city' })
  @ApiCreatedResponse({ standardSchema: checkinSchema })
  @ApiNotFoundResponse({ description: 'There is no such city' })
  create(@Body({ schema: newCheckinSchema }) checkin: NewCheckin): Promise<Checkin> {
    return this.places.checkIn(checkin);
  }

  @Get('users/:id/checkins')
  @ApiOperation({ summary: 'Where a user was, the latest first' })
  @ApiOkResponse({ standardSchema: z.array(checkinSchema) })
  ofUser(
    @Param({ schema: idParamsSchema }) { id }: z.output<typeof idParamsSchema>,
    @Query({ schema: checkinsQuerySchema }) { limit }: z.output<typeof checkinsQuerySchema>,
  ): Promise<Checkin[]> {
    return this.places.checkInsOf(id, limit);
  }
}
