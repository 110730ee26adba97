/// What a connection tells while it works, for progress and logs. No event
/// holds credentials.
public enum NSXEvent: Sendable, Hashable {
  /// A manager accepted the login.
  case loggedIn(manager: String)
  /// A manager ended the session; a new one is made.
  case sessionEnded(manager: String)
  /// A manager did not answer sensibly, the next one is asked.
  case failover(from: String, to: String, cause: String)
  /// NSX aborted a transaction; the request is sent again.
  case repeated(request: String, attempt: Int)
  /// A page of a list was read.
  case page(path: String, items: Int, total: Int, announced: Int?)
  /// A page was too large for NSX; the list is read again with smaller ones.
  case pageSizeLowered(path: String, to: Int)
  /// The number of members of a list is not the one announced.
  case listDrift(path: String, announced: Int, read: Int)
  /// All objects of a type were read.
  case read(type: String, count: Int)
  /// A type could not be read to its end.
  case incomplete(type: String, reason: String)
  /// Objects changed while they were read; they are read again.
  case changedDuringPull(round: Int, objects: Int)
  /// A referenced object does not exist in NSX.
  case danglingReference(path: String)
  /// A batch of inventory updates was sent.
  case inventoryBatch(sent: Int, of: Int, refused: Int)
}
