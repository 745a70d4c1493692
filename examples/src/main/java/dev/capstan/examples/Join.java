package dev.capstan.examples;

import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.PairRdd;
import dev.capstan.engine.function.Pair;

import java.util.List;

/** Brings the orders of customers together with their cities, and adds up what each city has bought. */
public final class Join {
    private static final List<String> CITIES = List.of("Antwerp", "Bergen", "Cork", "Gdansk", "Lisbon");

    private Join() {}

    /** Arguments: how many orders, 200,000 unless given. */
    public static void main(String[] arguments) {
        long orderCount = new Arguments("join [ORDERS]", arguments, 1).number(0, 200_000, 1_000_000_000);
        long customers = Math.max(1, orderCount / 20);
        try (var capstan = CapstanContext.create()) {
            PairRdd<Long, String> cities =
                    capstan.range(customers)
                            .mapToPair(customer -> Pair.of(customer, CITIES.get((int) (customer % CITIES.size()))));
            PairRdd<Long, Long> orders =
                    capstan.range(orderCount).mapToPair(order -> Pair.of(order * 7 % customers, 10 + order % 90));

            cities.join(orders)
                    .values()
                    .mapToPair(order -> order)
                    .reduceByKey(Long::sum)
                    .sortByKey()
                    .collect()
                    .forEach(city -> System.out.println(city.key() + " bought for " + city.value()));
        }
    }
}
