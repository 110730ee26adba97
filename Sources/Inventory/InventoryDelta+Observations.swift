import Documents

extension InventoryDelta {
  /// The changes that bring observations into objects that NSX has, and nothing
  /// else: an observation of an object that NSX does not list waits for the
  /// next report of the inventory.
  ///
  /// Other properties of the objects stay: an observation only replaces those
  /// that it names.
  ///
  /// - Parameter current: The cluster and its policies as NSX lists them.
  public static func observed(
    current: [JSONValue], observations: InventoryObservations
  ) -> [InventoryUpdate] {
    let desired = current.compactMap { object -> JSONValue? in
      guard let type = object["resource_type"]?.string.flatMap(InventoryType.init),
        let id = object["external_id"]?.string
      else { return nil }
      let observation: InventoryObservation? =
        switch type {
        case .cluster: observations.cluster
        case .networkPolicy: observations.policies[id]
        default: nil
        }
      guard let observation else { return nil }
      var draft = InventoryDraft(type, id: id)
      draft.observe(observation)
      var result = draft.members
      if let properties = result["origin_properties"]?.array {
        let named = Set(properties.compactMap { $0["key"]?.string })
        let others = (object["origin_properties"]?.array ?? []).filter {
          !named.contains($0["key"]?.string ?? "")
        }
        result["origin_properties"] = .array(properties + others)
      }
      return .object(result)
    }
    return updates(current: current, desired: desired)
  }
}
