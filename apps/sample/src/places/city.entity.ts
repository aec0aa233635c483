import { ShardKey } from '@envol/sharding';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A city; it lives in the shard of its id. */
@Entity('city')
@Index(['population', 'id'])
@Index(['country', 'population', 'id'])
export class CityEntity {
  @ShardKey()
  @PrimaryColumn({ type: 'int' })
  id!: number;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'varchar', length: 2 })
  country!: string;

  @Column({ type: 'text' })
  admin!: string;

  @Column({ type: 'int' })
  population!: number;

  @Column({ type: 'float' })
  latitude!: number;

  @Column({ type: 'float' })
  longitude!: number;
}
