//! SeaORM: entities, and their relations level by level.

use anyhow::Result;
use sea_orm::{
    ColumnTrait as _, DatabaseConnection, EntityTrait as _, LoaderTrait as _, QueryFilter as _,
};

use super::Client;
use crate::orms::sea_orm::connect;

mod users {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "users")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub name: String,
        pub email: String,
        pub age: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(has_many = "super::posts::Entity")]
        Posts,
    }

    impl Related<super::posts::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Posts.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod posts {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "posts")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub user_id: i64,
        pub title: String,
        pub body: String,
        pub views: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(has_many = "super::comments::Entity")]
        Comments,
        #[sea_orm(
            belongs_to = "super::users::Entity",
            from = "Column::UserId",
            to = "super::users::Column::Id"
        )]
        Users,
    }

    impl Related<super::comments::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Comments.def()
        }
    }

    impl Related<super::users::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Users.def()
        }
    }

    impl Related<super::tags::Entity> for Entity {
        fn to() -> RelationDef {
            super::post_tags::Relation::Tags.def()
        }

        fn via() -> Option<RelationDef> {
            Some(super::post_tags::Relation::Posts.def().rev())
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod comments {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "comments")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub post_id: i64,
        pub author: String,
        pub body: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(
            belongs_to = "super::posts::Entity",
            from = "Column::PostId",
            to = "super::posts::Column::Id"
        )]
        Posts,
    }

    impl Related<super::posts::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Posts.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod tags {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "tags")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub name: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod post_tags {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "post_tags")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub post_id: i64,
        #[sea_orm(primary_key)]
        pub tag_id: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(
            belongs_to = "super::posts::Entity",
            from = "Column::PostId",
            to = "super::posts::Column::Id"
        )]
        Posts,
        #[sea_orm(
            belongs_to = "super::tags::Entity",
            from = "Column::TagId",
            to = "super::tags::Column::Id"
        )]
        Tags,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) struct SeaOrm(DatabaseConnection);

impl SeaOrm {
    pub(super) async fn connect(url: &str) -> Result<Self> {
        Ok(Self(connect(url).await?))
    }

    async fn users(&self, upto: i64) -> Result<Vec<users::Model>> {
        let users = users::Entity::find().filter(users::Column::Id.lte(upto));
        Ok(users.all(&self.0).await?)
    }
}

impl Client for SeaOrm {
    const NAME: &'static str = "SeaORM";

    async fn posts(&mut self, upto: i64) -> Result<usize> {
        let users = self.users(upto).await?;
        let posts = users.load_many(posts::Entity, &self.0).await?;
        let all: Vec<_> = users.into_iter().zip(posts).collect();
        Ok(all.iter().map(|(_, posts)| posts.len()).sum())
    }

    async fn comments(&mut self, upto: i64) -> Result<usize> {
        let users = self.users(upto).await?;
        let posts = users.load_many(posts::Entity, &self.0).await?;
        let flat: Vec<_> = posts.iter().flatten().cloned().collect();
        let comments = flat.load_many(comments::Entity, &self.0).await?;
        let all: Vec<_> = flat.into_iter().zip(comments).collect();
        Ok(all.iter().map(|(_, comments)| comments.len()).sum())
    }

    async fn tags(&mut self, upto: i64) -> Result<usize> {
        let posts = posts::Entity::find().filter(posts::Column::Id.lte(upto));
        let posts = posts.all(&self.0).await?;
        let tags = posts
            .load_many_to_many(tags::Entity, post_tags::Entity, &self.0)
            .await?;
        let all: Vec<_> = posts.into_iter().zip(tags).collect();
        Ok(all.iter().map(|(_, tags)| tags.len()).sum())
    }
}
