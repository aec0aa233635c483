import {
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  OneToMany,
  PrimaryColumn,
  PrimaryGeneratedColumn,
} from 'typeorm';
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

  @OneToMany(() => Order, ({ customer }) => customer, { persistence: false })
  orders?: Order[];
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

  @ManyToOne(() => Customer, ({ orders }) => orders, { cascade: ['insert'] })
  @JoinColumn({ name: 'customerId' })
  customer!: Customer;
}
