import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import { ShardKey } from '../src/index.js';

@Entity()
export class City {
  @ShardKey()
  @PrimaryColumn()
  id!: number;

  @Column()
  name!: string;

  @Column({ type: 'integer' })
  population!: number;

  @Column({ type: 'varchar', nullable: true })
  region!: string | null;
}

@Entity()
export class Customer {
  @ShardKey()
  @PrimaryColumn()
  id!: number;

  @Column()
  name!: string;
}

@Entity()
@Index(['customerId', 'reference'], { unique: true })
export class Order {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @ShardKey()
  @Column()
  customerId!: number;

  @Column()
  reference!: string;

  @ManyToOne(() => Customer, { cascade: ['insert'] })
  @JoinColumn({ name: 'customerId' })
  customer!: Customer;
}
