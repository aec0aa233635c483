import { ShardKey } from '@envol/sharding';
import { Column, CreateDateColumn, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** A user was in a city; all check-ins of a user live in one shard, that of the user's id. */
@Entity('checkin')
@Index(['userId', 'createdAt', 'id'])
export class CheckinEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @ShardKey()
  @Column({ name: 'user_id', type: 'int' })
  userId!: number;

  @Column({ name: 'city_id', type: 'int' })
  cityId!: number;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;
}
