/// A port that a container of a pod gives a name, by which policies and
/// Services may ask for it.
public struct ContainerPort: Sendable, Hashable {
  /// The name.
  public var name: String
  /// The protocol; TCP where the container says none.
  public var transport: Traffic.Transport
  /// The port, from 1 to 65535.
  public var port: Int

  /// Creates a port.
  public init(name: String, transport: Traffic.Transport = .tcp, port: Int) {
    self.name = name
    self.transport = transport
    self.port = port
  }
}
