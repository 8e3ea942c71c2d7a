package dev.perene.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Faults that were ordered for a host's libvirt, by call. */
final class FaultOrders {
    private final List<Order> orders = new ArrayList<>();

    private static final class Order {
        private final String call;
        private final Fault fault;
        private int times;

        private Order(String call, Fault fault, int times) {
            this.call = call;
            this.fault = fault;
            this.times = times;
        }
    }

    synchronized void add(String call, Fault fault, int times) {
        orders.add(new Order(call, fault, times));
    }

    synchronized void clear() {
        orders.clear();
    }

    /** The fault of this call, if one was ordered. */
    synchronized Optional<Fault> next(String call) {
        Optional<Order> due =
                orders.stream().filter(order -> order.call.equals(call)).findFirst();
        due.ifPresent(order -> {
            order.times--;
            if (order.times == 0) {
                orders.remove(order);
            }
        });
        return due.map(order -> order.fault);
    }
}
