import { EnvolError } from '@envol/common';
import { InjectShardedRepository, ShardedRepository } from '@envol/sharding';
import { Injectable } from '@nestjs/common';
import { ERRORS } from '../contract/remote-error.js';
import type { Checkin, NewCheckin } from '../contract/schemas.js';
import { CheckinEntity } from './checkin.entity.js';
import { CityEntity } from './city.entity.js';

/** Writes and reads check-ins: always in the one shard of the user. */
@Injectable()
export class CheckinsService {
  constructor(
    @InjectShardedRepository(CheckinEntity) private readonly checkins: ShardedRepository<CheckinEntity>,
    @InjectShardedRepository(CityEntity) private readonly cities: ShardedRepository<CityEntity>,
  ) {}

  /** @throws EnvolError `ENVOL_ATLAS_UNKNOWN_CITY` */
  async create({ userId, cityId }: NewCheckin): Promise<Checkin> {
    if (!(await this.cities.forKey(cityId).existsBy({ id: cityId }))) {
      throw new EnvolError(ERRORS.unknownCity, `There is no city ${cityId}`, 'Take the id of a city that was read.');
    }
    const repository = this.checkins.forKey(userId);
    return toCheckin(await repository.save(repository.create({ userId, cityId })));
  }

  /** The latest first. */
  async ofUser(userId: number, limit: number): Promise<Checkin[]> {
    const found = await this.checkins
      .forKey(userId)
      .find({ where: { userId }, order: { createdAt: 'DESC', id: 'ASC' }, take: limit });
    return found.map(toCheckin);
  }
}

function toCheckin({ id, userId, cityId, createdAt }: CheckinEntity): Checkin {
  return { id, userId, cityId, createdAt: createdAt.toISOString() };
}
