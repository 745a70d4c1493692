package dev.capstan.devcluster.mesos.site;

/** In which form messages travel. */
public enum MediaType {
    JSON("application/json"),
    PROTOBUF("application/x-protobuf");

    private final String header;

    MediaType(String header) {
        this.header = header;
    }

    String header() {
        return header;
    }
}
