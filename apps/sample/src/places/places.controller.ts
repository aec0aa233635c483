import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { PATTERNS } from '../contract/patterns.js';
import type { Checkin, City, CityPage, CountryStats, NewCheckin } from '../contract/schemas.js';
import { CheckinsService } from './checkins.service.js';
import { CitiesService } from './cities.service.js';

/** What the gateway may ask. It has checked what users gave; here come only well-formed messages. */
@Controller()
export class PlacesController {
  constructor(
    private readonly cities: CitiesService,
    private readonly checkins: CheckinsService,
  ) {}

  @MessagePattern(PATTERNS.ping)
  ping(): string {
    return 'pong';
  }

  @MessagePattern(PATTERNS.cityById)
  city(@Payload() { id }: { id: number }): Promise<City | null> {
    return this.cities.byId(id);
  }

  @MessagePattern(PATTERNS.topCities)
  top(@Payload() { limit }: { limit: number }): Promise<City[]> {
    return this.cities.top(limit);
  }

  @MessagePattern(PATTERNS.citiesOfCountry)
  ofCountry(
    @Payload() { country, limit, after }: { country: string; limit: number; after?: string },
  ): Promise<CityPage> {
    return this.cities.ofCountry(country, limit, after);
  }

  @MessagePattern(PATTERNS.statsOfCountry)
  stats(@Payload() { country }: { country: string }): Promise<CountryStats> {
    return this.cities.statsOf(country);
  }

  @MessagePattern(PATTERNS.checkIn)
  checkIn(@Payload() checkin: NewCheckin): Promise<Checkin> {
    return this.checkins.create(checkin);
  }

  @MessagePattern(PATTERNS.checkInsOfUser)
  checkInsOf(@Payload() { userId, limit }: { userId: number; limit: number }): Promise<Checkin[]> {
    return this.checkins.ofUser(userId, limit);
  }
}
